/** `/stop`: ends the answer that is being made, and what is still waiting to be answered. */
import { conversationTopic, INBOX_TOPIC, type InboxEvent } from '../queue/topics.ts';
import { unaskWrites, unsayWrites } from '../store/take-back.ts';
import type { Command } from './command.ts';

/** What was asked counts as stopped, in every chat; what of the answers was not yet said to this chat is not said. */
export const stopCommand: Command = {
  name: 'stop',
  usage: '',
  summary: 'stop the answer that is being made',
  isForGroups: true,
  async run({ store, live, conversationId, chatId }) {
    const conversation = await store.readConversation(conversationId);
    // Read second: an answer is on its way before its conversation is without work.
    const unsaid = await store.readOpenDeliveries(chatId);
    const isAsked = conversation?.hasWork === true;
    if (!isAsked && !unsaid.some(({ turnId }) => turnId !== undefined)) return 'There is nothing to stop.';
    await store.writeAll([
      ...unaskWrites(store, conversation, { answer: 'stopped' }),
      ...unsayWrites(store, { conversationId, chatId }),
    ]);
    if (!isAsked) return 'Stopped.';
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
