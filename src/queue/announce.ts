/** Says that messages were stored, to those who answer and those who look on. */
import type { AnswerState } from '../conversation.ts';
import type { Bells } from './bells.ts';
import type { Live } from './live.ts';
import { conversationTopic, INBOX_TOPIC, type InboxEvent } from './topics.ts';

/** What is said of a message. */
interface Stored {
  _id: string;
  conversationId: string;
  seq: number;
  chatId: string;
  answer: AnswerState;
}

/**
 * Rings for the answers that are wanted, ends answers in the making that this makes stale, and shows it to those who
 * look on. `changesQuestion`: which of them make an answer in the making stale.
 */
export function announceMessages(
  { bells, live }: { bells: Bells; live: Live },
  messages: readonly Stored[],
  changesQuestion: (message: Stored) => boolean = isAsked,
): void {
  const asked = messages.filter(isAsked);
  if (asked.length > 0) void bells.reply.ring(...new Set(asked.map(({ conversationId }) => conversationId)));
  for (const message of messages) {
    const { _id: messageId, conversationId, seq, chatId } = message;
    live.publish(conversationTopic(conversationId), { type: 'message', messageId, seq });
    if (!changesQuestion(message)) continue;
    live.publish(INBOX_TOPIC, { conversationId, what: 'message', chatId, messageId } satisfies InboxEvent);
  }
}

function isAsked({ answer }: Stored): boolean {
  return answer === 'wanted';
}
