/** How often sessions may begin. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { createThrottle } from '#adapters/discord/throttle.ts';

test('thirty sessions an hour begin, and the next waits until there is room or its connection is gone', async () => {
  let now = 1_790_000_000_000;
  const throttle = createThrottle({ waitForIdentify: async () => {} }, () => now);
  const never = new AbortController().signal;
  for (let index = 0; index < 30; index += 1) await throttle.waitForIdentify(0, never);
  await assert.rejects(async () => throttle.waitForIdentify(0, AbortSignal.timeout(50)), { name: 'AbortError' });
  now += 3_600_000;
  await throttle.waitForIdentify(0, never);
});
