/** Waiting that can be cut short: pauses between tries, and deadlines of calls. */
import { setTimeout as wait } from 'node:timers/promises';
import { RateLimitedError } from './errors.ts';

/** Pauses that double from try to try. */
export interface Backoff {
  firstMs: number;
  longestMs: number;
}

/** Resolves after that time, or at once when the signal is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return;
  await wait(ms, undefined, { signal }).catch(() => undefined); // It only ever fails because it is cut short.
}

/** How long to wait, in milliseconds, after so many failures in a row; `failures` is at least 1. */
export function growingPause(failures: number, { firstMs, longestMs }: Backoff): number {
  return Math.min(firstMs * 2 ** (failures - 1), longestMs);
}

/** The same after an error: as long as the platform asks for, where it does. */
export function pauseAfter(error: unknown, failures: number, backoff: Backoff): number {
  return error instanceof RateLimitedError ? error.retryAfterMs : growingPause(failures, backoff);
}

/** A signal for one call: a deadline, and the caller's if there is one. */
export function within(ms: number, signal?: AbortSignal): AbortSignal {
  const deadline = AbortSignal.timeout(ms);
  return signal ? AbortSignal.any([signal, deadline]) : deadline;
}
