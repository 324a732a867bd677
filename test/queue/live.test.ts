/** Live events between processes, over a Redis that does not always want. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Redis } from 'ioredis';
import { createLogger } from '#src/log.ts';
import { createLive } from '#src/queue/live.ts';
import { startProgram } from '#test/product/redis-program.ts';

const TOPIC = 'conversation:c';

test('when Redis refused a subscription, everybody hears of it, and whoever comes next subscribes anew', async (t) => {
  const { url } = await startProgram(t);
  const redis = new Redis(url);
  const live = createLive({ prefix: 'test', redisUrl: url, log: createLogger('silent', false) });
  t.after(() => {
    live.close();
    redis.disconnect();
  });
  await redis.call('ACL', 'SETUSER', 'default', 'resetchannels');
  const subscribe = () => live.subscribe(TOPIC, () => undefined);
  const outcomes = await Promise.allSettled([subscribe(), subscribe()]);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  await redis.call('ACL', 'SETUSER', 'default', 'allchannels');
  const { promise: heard, resolve } = Promise.withResolvers<unknown>();
  await live.subscribe(TOPIC, resolve);
  live.publish(TOPIC, { type: 'typing' });
  assert.deepEqual(await heard, { type: 'typing' });
});
