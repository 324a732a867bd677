/** What arrives for a conversation in the moment in which that is erased: it goes into the one that takes its place. */
import { readActive } from '../identity/active.ts';
import type { Message } from '../store/messages.ts';
import { searchEntryId } from '../store/search.ts';
import type { IngestDeps } from './deps.ts';
import type { Placed } from './place.ts';

/** What was put into a conversation while that was being erased belongs into the one that took its place. */
export async function moveOut(
  deps: IngestDeps,
  batch: Placed[],
  messages: Message[],
  gone: Set<string>,
): Promise<Placed[]> {
  const isLost = ({ conversationId }: { conversationId: string }) => gone.has(conversationId);
  await removeMessages(deps, messages.filter(isLost));
  for (const id of gone) deps.store.lastSeqs.delete(id);
  return Promise.all(batch.filter(({ place }) => isLost(place)).map((placed) => placeAgain(deps, placed)));
}

/** Those that their conversation never came to know of, so that they are no part of what was erased with it. */
export async function unknownTo({ store }: IngestDeps, messages: Message[]): Promise<Message[]> {
  const lastSeqs = await Promise.all(
    messages.map(async ({ conversationId }) => (await store.readConversation(conversationId))?.lastSeq ?? Infinity),
  );
  return messages.filter(({ seq }, index) => seq > (lastSeqs[index] ?? Infinity));
}

export async function removeMessages({ store }: IngestDeps, messages: Message[]): Promise<void> {
  if (messages.length === 0) return;
  const ids = messages.map(({ _id }) => _id);
  await store.searchEntries.deleteMany({ _id: { $in: ids.map(searchEntryId) } });
  await store.messages.deleteMany({ _id: { $in: ids } });
}

/** Where it belongs now: the person may have a new conversation since it was placed. */
export async function placeAgain({ store }: IngestDeps, placed: Placed): Promise<Placed> {
  const { place, known, inbound } = placed;
  const isGroup = inbound.chat.kind === 'group';
  const conversationId = isGroup
    ? (await store.readChat(place.chatId))?.conversationId
    : await readActive(store, known.person._id);
  return conversationId === undefined ? placed : { ...placed, place: { ...place, conversationId } };
}
