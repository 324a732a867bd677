/** A bounded memory of what was asked of Slack. */
import { RateLimitedError } from '#src/errors.ts';

interface Remembered<T> {
  answer: Promise<T>;
  at: number;
}

const MOST = 2_000;
const FOR_MS = 60 * 60 * 1000;

/**
 * Makes an asker that asks once an hour for the same thing, also when asked twice at the same time. A failure is
 * thrown and not remembered, but for one: who asks too often is not asked again before the time that Slack named. The
 * one asked for the longest ago is forgotten first.
 */
export function createMemory<T>(ask: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const known = new Map<string, Remembered<T>>();
  let [refusal, until]: [RateLimitedError | undefined, number] = [undefined, 0];
  return async (key) => {
    const before = known.get(key);
    if (before && performance.now() - before.at < FOR_MS) return before.answer;
    if (refusal && performance.now() < until) throw refusal;
    known.delete(key);
    const fresh = { answer: ask(key), at: performance.now() };
    known.set(key, fresh);
    const [oldest] = known.keys();
    if (known.size > MOST && oldest !== undefined) known.delete(oldest);
    try {
      return await fresh.answer;
    } catch (error) {
      if (known.get(key) === fresh) known.delete(key);
      if (error instanceof RateLimitedError) [refusal, until] = [error, performance.now() + error.retryAfterMs];
      throw error;
    }
  };
}
