/**
 * The limit over all that a bot does: 50 calls in a second (https://docs.discord.com/developers/topics/rate-limits).
 * No header tells of it before it is broken, and between the core's pace and the wire lie writes that take longer at
 * some times than at others. So it is kept once more where the calls leave.
 */
import { setTimeout as wait } from 'node:timers/promises';

/** A second, and as much as calls may be pushed together on their way to Discord. */
const WINDOW_MS = 1_500;

/** Resolves when a call may go; rejects when `signal` is aborted before. */
export type Gate = (signal: AbortSignal) => Promise<void>;

/** Makes the gate: no more than `most` pass in any second and a half. */
export function createGate(most: number, now: () => number = Date.now): Gate {
  const passed: number[] = [];
  const busyMs = () => (passed.length < most ? 0 : (passed[0] ?? 0) + WINDOW_MS - now());
  return async (signal) => {
    for (let ms = busyMs(); ms > 0; ms = busyMs()) await wait(ms, undefined, { signal });
    signal.throwIfAborted();
    passed.push(now());
    if (passed.length > most) passed.shift();
  };
}
