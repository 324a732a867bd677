/** Somebody answers by hand: the agent keeps quiet in that chat for a while. */
import { INBOX_TOPIC, type InboxEvent } from '../queue/topics.ts';
import { unaskWrites, unsayWrites } from '../store/take-back.ts';
import { update } from '../store/write.ts';
import type { IngestDeps } from './deps.ts';
import type { Placed } from './place.ts';

/**
 * What was asked in the chat until now, and until the time of quiet is over, is not answered by us; an answer in the
 * making is never posted, as at `/stop`. May be repeated.
 */
export async function hush({ store, live, bells }: IngestDeps, { inbound, place }: Placed): Promise<void> {
  const { chatId, conversationId, chatWrites } = place;
  const quietUntil = new Date(inbound.at.getTime() + (inbound.quietMs ?? 0));
  const conversation = await store.readConversation(conversationId);
  await store.writeAll([
    ...chatWrites,
    update(store.chats, { _id: chatId }, { $max: { quietUntil } }),
    ...unaskWrites(store, conversation, { answer: 'none', only: { chatId, until: quietUntil } }),
    ...unsayWrites(store, { conversationId, chatId }),
  ]);
  if (!conversation?.hasWork) return;
  live.publish(INBOX_TOPIC, { conversationId, what: 'stop' } satisfies InboxEvent);
  // What was asked in another chat of the conversation is answered after all.
  void bells.reply.ring(conversationId);
}
