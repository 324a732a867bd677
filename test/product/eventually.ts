/** Waiting for what another process brings about. */
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';

const LOOK_EVERY_MS = 25;
const DEADLINE_MS = 60_000;

/** Resolves with what `look` finds, once that is neither `undefined` nor `false`; rejects at the deadline, and says what there was. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  deadlineMs = DEADLINE_MS,
): Promise<T> {
  for (const until = Date.now() + deadlineMs; ;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > until) throw new Error(`Not within ${deadlineMs} ms: ${what}.`);
    await pause(LOOK_EVERY_MS);
  }
}

/** Resolves once `look` gives exactly this; at the deadline it fails with what there is instead. */
export async function becomes<T>(wanted: T, look: () => T, deadlineMs?: number): Promise<void> {
  await eventually('it is as wanted', () => isDeepStrictEqual(look(), wanted), deadlineMs).catch(() => undefined);
  assert.deepEqual(look(), wanted);
}

/** What the promise gives; rejects when that takes longer than `deadlineMs`. */
export async function within<T>(deadlineMs: number, what: string, promise: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`Not within ${deadlineMs} ms: ${what}.`)), deadlineMs);
  return Promise.race([promise, late.promise]).finally(() => clearTimeout(timer));
}
