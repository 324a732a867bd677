/** `/stop`: ends the answer that is being made, and what is still waiting to be answered. */
import { conversationTopic, INBOX_TOPIC, type InboxEvent } from '../queue/topics.ts';
import { update } from '../store/write.ts';
import type { Command } from './command.ts';

/**
 * The conversation is written first (fence + 1): whoever makes an answer there can post it no more. Then what was
 * asked counts as stopped, the turn as cancelled, and what was not yet said to this chat is not said.
 */
export const stopCommand: Command = {
  name: 'stop',
  usage: '',
  summary: 'stop the answer that is being made',
  isForGroups: true,
  async run({ store, live, conversationId, chatId }) {
    const conversation = await store.readConversation(conversationId);
    if (!conversation?.hasWork) return 'There is nothing to stop.';
    await store.writeAll([
      update(
        store.conversations,
        { _id: conversationId },
        {
          $inc: { fence: 1, inbox: 1 },
          $set: { leaseUntil: null, leaseHolder: null, turnId: null, cuts: 0, crashes: 0 },
        },
      ),
      update(
        store.messages,
        { conversationId, seq: { $gte: conversation.pendingFrom }, answer: 'wanted' },
        { $set: { answer: 'stopped' } },
        { many: true },
      ),
      update(
        store.turns,
        { state: { $in: ['queued', 'running'] }, conversationId },
        { $set: { state: 'cancelled', updatedAt: new Date() } },
        { many: true },
      ),
      update(
        store.deliveries,
        // What may have arrived is not as if it had never been said.
        { chatId, isOpen: true, state: 'queued', kind: 'message', live: null, 'parts.state': { $ne: 'unknown' } },
        { $set: { state: 'cancelled', isOpen: false, updatedAt: new Date() } },
        { many: true },
      ),
      update(
        store.deliveries,
        { chatId, isOpen: true, state: 'queued', live: 'decided' },
        { $set: { live: 'withdrawn', nextTryAt: new Date(), updatedAt: new Date() } },
        { many: true },
      ),
    ]);
    live.publish(INBOX_TOPIC, { conversationId, what: 'stop' } satisfies InboxEvent);
    if (conversation.turnId) {
      live.publish(conversationTopic(conversationId), {
        type: 'turn',
        turnId: conversation.turnId,
        state: 'cancelled',
      });
    }
    return 'Stopped.';
  },
};
