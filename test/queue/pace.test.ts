import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createLogger } from '#src/log.ts';
import { createPacer, type Limit, type Pacer, takeLocally } from '#src/queue/pace.ts';
import { connectRedis } from '#src/queue/redis.ts';
import { sharedServices } from '#test/product/services.ts';

const SECOND = 1_000;
let count = 0;

async function openPacer(t: TestContext): Promise<{ pacer: Pacer; prefix: string }> {
  const { redisUrl } = await sharedServices();
  const redis = connectRedis(redisUrl, 'worker', createLogger('error', false));
  t.after(() => redis.disconnect());
  const prefix = `{pace-test:${process.pid}:${(count += 1)}}`;
  return { pacer: createPacer(redis, prefix), prefix };
}

async function takeMany(pacer: Pacer, limits: Limit[], times: number): Promise<number[]> {
  const waits: number[] = [];
  for (let n = 0; n < times; n += 1) waits.push(await pacer.take(limits));
  return waits;
}

test('a burst goes through at once, then the rate holds', async (t) => {
  const { pacer } = await openPacer(t);
  const waits = await takeMany(pacer, [{ key: 'chat', perSecond: 0.5, burst: 3 }], 5);
  assert.deepEqual(waits.slice(0, 3), [0, 0, 0]);
  for (const wait of waits.slice(3)) assert.ok(wait > SECOND && wait <= 2 * SECOND, `${wait}`);
});

test('all limits must let it through; one that does not takes nothing from the others', async (t) => {
  const { pacer } = await openPacer(t);
  const [account, chat] = [
    { key: 'account', perSecond: 0.1, burst: 2 },
    { key: 'chat', perSecond: 0.1, burst: 1 },
  ];
  assert.equal(await pacer.take([account, chat]), 0);
  assert.ok((await pacer.take([account, chat])) > 0);
  assert.equal(await pacer.take([account]), 0);
  assert.ok((await pacer.take([account])) > 0);
});

test('no limits, no wait', async (t) => {
  const { pacer } = await openPacer(t);
  assert.deepEqual(await takeMany(pacer, [], 3), [0, 0, 0]);
});

test('a process by itself keeps the same rate', () => {
  const reached = new Map<string, number>();
  const limits = [{ key: 'chat', perSecond: 2, burst: 2 }];
  const take = (now: number) => takeLocally(reached, limits, now);
  assert.deepEqual([take(0), take(0), take(0)], [0, 0, 500]);
  assert.equal(take(500), 0);
  assert.equal(take(500), 500);
  assert.equal(take(10_000), 0);
});
