/** Groups on Telegram in which something is asked, and what is to be read there in the end. */
import type { Chat, Message } from 'grammy/types';
import type { ModelReply } from '#test/standins/model/standin.ts';
import type { Stage } from './stage.ts';

/** Words of so many deltas, so that an answer takes its time. */
const LENGTH = 40;
const words = Array.from({ length: LENGTH }, (_, index) => `word${String(index).padStart(2, '0')} `).join('');

/** The answer that belongs to a question. */
export function answerTo(mark: string): string {
  return `Answer to ${mark}: ${words}end.`;
}

/** The model says these answers word by word, `deltaMs` apart. */
export function answerSlowly({ model }: Pick<Stage, 'model'>, deltaMs: number): void {
  model.reply = (messages): ModelReply => {
    const mark = /g\d+/.exec(messages.at(-1)?.content ?? '')?.[0] ?? '';
    return { text: answerTo(mark), chunk: 7, deltaMs };
  };
}

let count = 0;

/** Somebody asks in a new group. */
export function askInGroup({ telegram }: Pick<Stage, 'telegram'>): { group: Chat; mark: string; question: Message } {
  const [group, from, mark] = [telegram.group(), telegram.person(), `g${(count += 1)}`];
  const question = telegram.say({ chat: group, from, text: `@${telegram.username} ${mark}` });
  return { group, mark, question };
}

/** What the bot's messages in the chat say now. */
export function readIn({ telegram }: Pick<Stage, 'telegram'>, chat: Chat): string[] {
  return telegram
    .messagesIn(chat)
    .filter(({ from }) => from?.id === telegram.botId)
    .map(({ text = '' }) => text);
}
