/** Conversations in a list, the latest first or last, narrowed to what is asked for. */
import type { Mode } from '../conversation.ts';
import type { Conversation } from '../store/conversations.ts';
import type { Store } from '../store/store.ts';
import { type Page, readSlices } from './newest.ts';
import { findConversationIds } from './search.ts';

/** Which conversations. `text`: literal words of their titles or messages. */
export interface ConversationFilter {
  personId?: string | undefined;
  app?: string | undefined;
  mode?: Mode | undefined;
  text?: string | undefined;
}

/** A page of conversations by the time of their last message. Those that were erased are in none. */
export async function listConversations(
  store: Pick<Store, 'conversations' | 'searchEntries'>,
  { personId, app, mode, text }: ConversationFilter,
  page: Page,
): Promise<Conversation[]> {
  const filter = {
    // One equality before the range, and no other: the index is chosen by it. Few of a person's are gone.
    ...(personId === undefined ? { goneAt: null } : { personId }),
    ...(app === undefined ? {} : { apps: app }),
    ...(mode === undefined ? {} : { mode }),
    ...(text === undefined ? {} : { _id: { $in: await findConversationIds(store, text, { personId }) } }),
  };
  return readSlices(
    `conversations:${personId ?? ''}:${app ?? ''}:${mode ?? ''}:${text ?? ''}`,
    page,
    ({ lastMessageAt }) => lastMessageAt,
    async (lastMessageAt) => {
      const found = await store.conversations.find({ ...filter, lastMessageAt }).lean();
      // One that everybody has to begin with, and nobody has used, has no apps, and is none yet.
      return found.filter(({ goneAt, apps }) => !goneAt && apps.length > 0);
    },
  );
}
