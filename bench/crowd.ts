/** People who write to the bot, and wait for its answers. */
import type { User } from 'grammy/types';
import type { TelegramStandin } from '#test/standins/telegram/index.ts';

const ANSWER_WITHIN_MS = 60_000;

/** Says something, and gives the milliseconds until the answer was sent. */
export async function ask(telegram: TelegramStandin, from: User, text: string): Promise<number> {
  const before = answers(telegram, from.id);
  const since = performance.now();
  telegram.say({ from, text });
  await telegram.waitFor(() => answers(telegram, from.id) > before, ANSWER_WITHIN_MS);
  return performance.now() - since;
}

/** Each says one thing at the same moment; the milliseconds until all have their answer. */
export async function askAtOnce(telegram: TelegramStandin, people: User[], text: string): Promise<number[]> {
  return Promise.all(people.map((person) => ask(telegram, person, text)));
}

/** All talk on and on, each saying the next thing when answered; answers per second over `forMs`. */
export async function talk(telegram: TelegramStandin, people: User[], forMs: number): Promise<number> {
  const since = performance.now();
  let count = 0;
  await Promise.all(
    people.map(async (person) => {
      while (performance.now() - since < forMs) {
        await ask(telegram, person, `Another thing, number ${count}.`);
        count += 1;
      }
    }),
  );
  return (count * 1000) / (performance.now() - since);
}

const counts = new WeakMap<TelegramStandin, { seen: number; byChat: Map<number, number> }>();

/** How many messages a chat was sent so far; counted once each. */
function answers(telegram: TelegramStandin, chatId: number): number {
  const known = counts.get(telegram) ?? { seen: 0, byChat: new Map<number, number>() };
  counts.set(telegram, known);
  for (; known.seen < telegram.sent.length; known.seen += 1) {
    const id = telegram.sent[known.seen]?.chat_id ?? 0;
    known.byChat.set(id, (known.byChat.get(id) ?? 0) + 1);
  }
  return known.byChat.get(chatId) ?? 0;
}

/** The value below which the given share of the measurements lies. */
export function percentile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
