/** Waiting for a condition with a deadline. */
import { setImmediate as nextRound } from 'node:timers/promises';

/** Resolves once the condition holds; rejects, naming it, when it does not within `deadlineMs`. */
export async function until(condition: () => boolean, deadlineMs = 5000): Promise<void> {
  const end = Date.now() + deadlineMs;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`Not within ${deadlineMs} ms: ${condition.toString()}`);
    await nextRound();
  }
}
