/** Reading is pure: the same raw thing gives the same at any time. */
import assert from 'node:assert/strict';
import { mock } from 'node:test';
import type { Inbound } from '#src/message.ts';

/** Reads it twice, a day apart, and gives what came of it. */
export function readTwice<T>(raw: T, read: (raw: T) => Inbound[]): Inbound[] {
  const first = readAt(0, raw, read);
  assert.deepEqual(readAt(86_400_000, raw, read), first);
  return first;
}

function readAt<T>(now: number, raw: T, read: (raw: T) => Inbound[]): Inbound[] {
  mock.timers.enable({ apis: ['Date'], now });
  try {
    return read(structuredClone(raw));
  } finally {
    mock.timers.reset();
  }
}
