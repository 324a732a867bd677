/** Waiting for something in the store while nothing live is to be heard. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger } from '#src/log.ts';
import { createLive } from '#src/queue/live.ts';
import { openLookout } from '#src/queue/lookout.ts';
import { within } from '#test/product/eventually.ts';
import { startProgram } from '#test/product/redis-program.ts';

test('while Redis is away, what waits for something in the store looks by itself', async (t) => {
  const redis = await startProgram(t);
  await redis.kill();
  const live = createLive({ prefix: 'test', redisUrl: redis.url, log: createLogger('silent', false) });
  t.after(() => live.close());
  const lookout = await within(
    20_000,
    'it looks',
    openLookout(live, 'topic', () => true),
  );
  let readings = 0;
  const read = async () => ((readings += 1) === 3 ? 'found' : undefined);
  assert.equal(await lookout.until(read, 10, AbortSignal.timeout(20_000)), 'found');
  lookout.close();
});
