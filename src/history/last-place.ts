/** Where somebody is to be told something that they did not just ask for. */
import { parseChatKey } from '../store/chats.ts';
import type { Conversation } from '../store/conversations.ts';
import type { Store } from '../store/store.ts';

const MESSAGES_LOOKED_AT = 100;

/** Where the person last wrote, of the places that can be written to; a group's own. */
export async function lastPlace(
  store: Store,
  { _id: conversationId, kind, chatId, personId }: Conversation,
  isReachable: (channel: string) => boolean,
): Promise<string | undefined> {
  const canReach = (id: string) => isReachable(parseChatKey(id).channel);
  if (kind === 'group') return chatId && canReach(chatId) ? chatId : undefined;
  for (let to = await store.readLastSeq(conversationId); to > 0; to -= MESSAGES_LOOKED_AT) {
    const seq = { $gt: to - MESSAGES_LOOKED_AT, $lte: to };
    const messages = await store.messages.find({ conversationId, seq, role: 'user' }, { chatId: 1, seq: 1 }).lean();
    const last = messages.toSorted((a, b) => b.seq - a.seq).find((message) => canReach(message.chatId));
    if (last) return last.chatId;
  }
  const identities = await store.identities.find({ personId: personId ?? '' }, { _id: 1 }).lean();
  const chats = await store.chats.find({ identityId: { $in: identities.map(({ _id }) => _id) } }, { _id: 1 }).lean();
  return chats.map(({ _id }) => _id).find(canReach);
}
