/** What a turn looks at, read as little as possible: of a conversation that we answered last only what is new. */
import type { Conversation } from '#src/store/conversations.ts';
import { createLru } from '#src/store/lru.ts';
import type { Message } from '#src/store/messages.ts';
import type { Store } from '#src/store/store.ts';
import { historyBound } from './inputs.ts';

export interface Recent {
  /** Everything from the first unanswered message and from what the model is shown, in order. */
  read(conversation: Conversation): Promise<Message[]>;
  /** Remembers a conversation as our answer left it. `messages` are all that `read` would give, up to `lastSeq`. */
  remember(left: Left, messages: Message[]): void;
}

/** The conversation after an answer of ours. */
export type Left = Pick<Conversation, '_id' | 'fence' | 'inbox' | 'lastSeq'>;

const REMEMBERED = 300;
const LONGEST = 24_000;

/** Makes the reader. */
export function createRecent(store: Pick<Store, 'messages'>): Recent {
  const remembered = createLru<{ left: Left; messages: Message[] }>(REMEMBERED);
  const readFrom = async (conversationId: string, from: number) => {
    const messages = await store.messages.find({ conversationId, seq: { $gte: from } }).lean();
    return messages.toSorted((a, b) => a.seq - b.seq);
  };

  return {
    async read(conversation) {
      const { _id, pendingFrom } = conversation;
      const from = Math.min(historyBound(conversation), pendingFrom);
      const known = remembered.get(_id);
      const first = known?.messages[0]?.seq ?? Infinity;
      if (known === undefined || first > from || !hasOnlyGrown(known.left, conversation)) return readFrom(_id, from);
      const added = await readFrom(_id, known.left.lastSeq + 1);
      return [...known.messages.filter(({ seq }) => seq >= from), ...added];
    },
    remember(left, messages) {
      const length = messages.reduce((sum, { text }) => sum + text.length, 0);
      if (length <= LONGEST) remembered.set(left._id, { left, messages });
      else remembered.delete(left._id);
    },
  };
}

/**
 * Whether since then there were new messages and nothing else. Each raises both `lastSeq` and `inbox` by one; an
 * edit, a deletion or a replay raises `inbox` alone; an answer, of whichever process, raises the fence.
 */
function hasOnlyGrown(left: Left, now: Left): boolean {
  return left.fence === now.fence && now.lastSeq - left.lastSeq === now.inbox - left.inbox;
}
