/** How often and how long a model is asked. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Failure } from '#src/agent/failure.ts';
import { createTryRules, tryRepeatedly } from '#src/agent/tries.ts';

const passing: Failure = { code: 'model_failed', mayPass: true };

test('the waits double from half a second, more or less', () => {
  const rules = createTryRules(120_000);
  assert.deepEqual([rules.windowMs, rules.timeoutMs], [30_000, 120_000]);
  for (const [failed, expected] of [
    [1, 500],
    [2, 1000],
    [3, 2000],
    [4, 4000],
  ] as const) {
    const wait = rules.waitMs(failed);
    assert.ok(wait >= expected * 0.8 && wait <= expected * 1.2, `${failed}: ${wait}`);
  }
});

test('no try begins later than the window allows', async () => {
  const waits: (number | undefined)[] = [];
  const outcome = await tryRepeatedly(
    async () => passing,
    { timeoutMs: 120_000, windowMs: 900, waitMs: () => 600 },
    { signal: new AbortController().signal, onFailure: (_, waitMs) => waits.push(waitMs) },
  );
  assert.deepEqual(waits, [600, undefined]);
  assert.deepEqual(outcome, { failure: passing, tries: 2 });
});

test('what a cut call still says later is nobody’s business', async () => {
  const controller = new AbortController();
  const { promise, reject } = Promise.withResolvers<never>();
  const reason = new Error('stop');
  const asked = tryRepeatedly(() => promise, createTryRules(1000), { signal: controller.signal, onFailure: () => {} });
  controller.abort(reason);
  await assert.rejects(asked, (error) => error === reason);
  reject(new Error('too late'));
});
