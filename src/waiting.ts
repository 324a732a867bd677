/** Waiting that can be cut short: pauses between tries, deadlines of calls, and promises that may take too long. */
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

/** What the promise gives; `otherwise` where it has no end within that time. */
export async function orAfter<T, U>(promise: Promise<T>, ms: number, otherwise: U): Promise<T | U> {
  const late = Promise.withResolvers<U>();
  const timer = setTimeout(late.resolve, ms, otherwise);
  return Promise.race([promise, late.promise]).finally(() => clearTimeout(timer));
}

/** A signal for one call: a deadline, and the caller's if there is one. */
export function within(ms: number, signal?: AbortSignal): AbortSignal {
  const deadline = AbortSignal.timeout(ms);
  return signal ? AbortSignal.any([signal, deadline]) : deadline;
}
