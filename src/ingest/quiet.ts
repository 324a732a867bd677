/** Somebody answers by hand: the agent keeps quiet in that chat for a while. */
import { INBOX_TOPIC, type InboxEvent } from '../queue/topics.ts';
import { update, type Write } from '../store/write.ts';
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
  const isAsked = conversation?.hasWork ?? false;
  await store.writeAll([
    ...chatWrites,
    update(store.chats, { _id: chatId }, { $max: { quietUntil } }),
    ...(isAsked ? takeBack(store, place, quietUntil, conversation?.pendingFrom ?? 1) : []),
    update(
      store.deliveries,
      { chatId, isOpen: true, state: 'queued', kind: 'message', turnId: { $exists: true } },
      { $set: { state: 'cancelled', isOpen: false, updatedAt: new Date() } },
      { many: true },
    ),
  ]);
  if (!isAsked) return;
  live.publish(INBOX_TOPIC, { conversationId, what: 'stop' } satisfies InboxEvent);
  // What was asked in another chat of the conversation is answered after all.
  void bells.reply.ring(conversationId);
}

/** The conversation first (fence + 1): whoever makes an answer there can post it no more. */
function takeBack(
  store: IngestDeps['store'],
  { chatId, conversationId }: Placed['place'],
  quietUntil: Date,
  pendingFrom: number,
): Write[] {
  const free = { leaseUntil: null, leaseHolder: null, turnId: null, cuts: 0, crashes: 0 };
  return [
    update(store.conversations, { _id: conversationId }, { $inc: { fence: 1, inbox: 1 }, $set: free }),
    update(
      store.messages,
      { conversationId, seq: { $gte: pendingFrom }, chatId, answer: 'wanted', createdAt: { $lte: quietUntil } },
      { $set: { answer: 'none' } },
      { many: true },
    ),
    update(
      store.turns,
      { state: { $in: ['queued', 'running'] }, conversationId, chatId },
      { $set: { state: 'cancelled', updatedAt: new Date() } },
      { many: true },
    ),
  ];
}
