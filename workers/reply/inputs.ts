/** Which messages a turn answers, and what of the history goes with them. Pure. */
import type { Entry, Question } from '#src/agent/agent.ts';
import type { Answerer } from '#src/agents/effective.ts';
import type { Conversation } from '#src/store/conversations.ts';
import type { Message } from '#src/store/messages.ts';
import { parseChatKey } from '#src/store/chats.ts';

/** The model is shown the newest entries up to this many characters; earlier ones stay in the history. */
const HISTORY_CHARACTERS = 24_000;
const HISTORY_ENTRIES = 40;

/** The unanswered messages of one chat, the one that has waited longest first; in the order in which they were said. */
export function chooseInputs(messages: Message[]): Message[] {
  const wanted = messages.filter((message) => message.answer === 'wanted' && !message.deletedAt);
  const chatId = wanted[0]?.chatId;
  return wanted.filter((message) => message.chatId === chatId).toSorted(byTime);
}

function byTime(a: Message, b: Message): number {
  return a.createdAt.getTime() - b.createdAt.getTime() || a.seq - b.seq;
}

/** Whether answering these is still the right thing: no input changed, and none of its chat is missing. */
export function isSameQuestion(asked: readonly Message[], now: readonly Message[]): boolean {
  return (
    asked.length === now.length &&
    asked.every((message, index) => message._id === now[index]?._id && message.text === now[index].text)
  );
}

/** Below this the model is shown nothing: what did not fit, and what came before the present topic. */
export function historyBound({ historyFrom, topicFrom }: Pick<Conversation, 'historyFrom' | 'topicFrom'>): number {
  return Math.max(historyFrom, topicFrom);
}

/** From where on the model is shown the history next time: what fits of the present topic, newest first. */
export function nextHistoryFrom(
  messages: Message[],
  conversation: Pick<Conversation, 'historyFrom' | 'topicFrom'>,
): number {
  const bound = historyBound(conversation);
  let left = HISTORY_CHARACTERS;
  let from = bound;
  for (const [index, message] of messages.toReversed().entries()) {
    left -= message.text.length;
    if (message.seq < bound || left < 0 || index >= HISTORY_ENTRIES) break;
    from = message.seq;
  }
  return Math.max(from, bound);
}

/** What `answerer` is asked: what was said before, then the inputs. */
export function toQuestion(
  conversation: Conversation,
  messages: readonly Message[],
  inputs: readonly Message[],
  answerer: Answerer,
): Question {
  const before = messages.filter((message) => message.seq >= historyBound(conversation) && isTold(message, inputs));
  return {
    ...answerer,
    entries: [...before.toSorted((a, b) => a.seq - b.seq), ...inputs].map(toEntry),
    newCount: inputs.length,
    place: { channel: parseChatKey(inputs[0]?.chatId ?? '').channel, kind: conversation.kind },
  };
}

/**
 * Said and still standing: notes of ours, and what waits for another answer, are nothing for the model; what tells it
 * who it is stands in its instructions.
 */
function isTold(message: Message, inputs: readonly Message[]): boolean {
  const isWaiting = message.answer === 'wanted' || message.answer === 'stopped';
  return (
    message.role !== 'system' &&
    message.topic !== 'instruction' &&
    !message.deletedAt &&
    !isWaiting &&
    !inputs.some(({ _id }) => _id === message._id)
  );
}

function toEntry(message: Message): Entry {
  const { replyTo, author, role, text, attachments } = message;
  return {
    role: role === 'system' ? 'agent' : role,
    text,
    ...(author === undefined ? {} : { author }),
    ...(replyTo?.text === undefined
      ? {}
      : { quoted: { text: replyTo.text, ...(replyTo.author ? { author: replyTo.author } : {}) } }),
    ...(attachments.length === 0
      ? {}
      : { attachments: attachments.map(({ kind, name }) => (name ? `${kind} (${name})` : kind)) }),
  };
}
