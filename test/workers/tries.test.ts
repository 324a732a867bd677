/** After which waits a send is tried again, and when no more. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UnavailableError } from '#src/errors.ts';
import { failed } from '#workers/deliver/outcome.ts';
import { nextTry } from '#workers/deliver/parts.ts';

const now = new Date('2026-11-21T12:00:00Z');
const waitAfter = (attempts: number, random: number): number | undefined => {
  const at = nextTry(attempts, now, () => random);
  return at && (at.getTime() - now.getTime()) / 1000;
};

test('a send is tried again after 1, 4, 15, 60 and 300 seconds, a little later each so that crowds disperse', () => {
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6].map((attempts) => waitAfter(attempts, 0)),
    [1, 4, 15, 60, 300, undefined],
  );
  assert.deepEqual(
    [1, 2, 3, 4, 5].map((attempts) => waitAfter(attempts, 1)),
    [1.2, 4.8, 18, 72, 360],
  );
});

test('the sixth send that certainly did not arrive is the last', () => {
  const error = new UnavailableError('Telegram is away.', { certain: true });
  assert.equal(failed(error, 4).end?.state, 'queued');
  const last = failed(error, 5);
  assert.deepEqual(
    [last.end?.state, last.end?.error?.code, last.part.state],
    ['failed', 'channel_unavailable', 'failed'],
  );
});
