/** How many calls leave in a second. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { createGate } from '#adapters/discord/gate.ts';

const never = new AbortController().signal;

test('so many pass at once, and the next when there is room in the last second and a half', async () => {
  let now = 1_790_000_000_000;
  const gate = createGate(3, () => now);
  for (let index = 0; index < 3; index += 1) await gate(never);
  now += 1_450;
  await assert.rejects(gate(AbortSignal.timeout(20)), { name: 'AbortError' });
  now += 50;
  for (let index = 0; index < 3; index += 1) await gate(never);
  await assert.rejects(gate(AbortSignal.timeout(20)), { name: 'AbortError' });
});
