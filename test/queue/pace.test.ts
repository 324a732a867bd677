import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createLogger } from '#src/log.ts';
import type { Channel } from '#src/channel.ts';
import { createPacer, type Pacer } from '#src/queue/pace.ts';
import { createBook, takeAlone } from '#src/queue/pace-alone.ts';
import type { Limit } from '#src/queue/rates.ts';
import { connectRedis, untilConnected } from '#src/queue/redis.ts';
import { within } from '#test/product/eventually.ts';
import { ownServices, sharedServices } from '#test/product/services.ts';
import { waitFor } from '#workers/pace.ts';

const SECOND = 1_000;
let count = 0;

async function openPacer(
  t: TestContext,
  prefix = `{pace-test:${process.pid}:${(count += 1)}}`,
): Promise<{ pacer: Pacer; prefix: string }> {
  const { redisUrl } = await sharedServices();
  const redis = connectRedis(redisUrl, 'worker', createLogger('error', false));
  t.after(() => redis.disconnect());
  return { pacer: createPacer(redis, prefix), prefix };
}

async function takeMany(pacer: Pacer, limits: Limit[], times: number): Promise<number[]> {
  const waits: number[] = [];
  for (let n = 0; n < times; n += 1) waits.push(await pacer.take(limits));
  return waits;
}

test('a burst goes through at once, then the rate holds', async (t) => {
  const { pacer } = await openPacer(t);
  const waits = await takeMany(pacer, [{ key: 'chat', perSecond: 0.1, burst: 3 }], 5);
  assert.deepEqual(waits.slice(0, 3), [0, 0, 0]);
  for (const wait of waits.slice(3)) assert.ok(wait > 5 * SECOND && wait <= 10 * SECOND, `${wait}`);
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
  const book = createBook();
  const limits = [{ key: 'chat', perSecond: 2, burst: 2 }];
  const take = (now: number) => takeAlone(book, limits, now);
  assert.deepEqual([take(0), take(0), take(0)], [0, 0, 500]);
  assert.equal(take(500), 0);
  assert.equal(take(500), 500);
  assert.equal(take(10_000), 0);
});

const PACE = { account: { perSecond: 30, burst: 30 }, direct: { perSecond: 1, burst: 3 } };
const CROWD = 1_000;

/** Each chat of a crowd says two things, as soon as the pacer lets it. `now`, asks and sends in order; time is ours. */
async function sayAll(t: TestContext, pacers: [Pacer, ...Pacer[]]) {
  t.mock.timers.enable({ apis: ['Date'], now: SECOND });
  const channel = { name: 'platform', account: '1', pace: { ...PACE, group: PACE.direct } } as Channel;
  const sends: { chat: number; at: number }[] = [];
  const due = Array.from({ length: CROWD }, (_, chat) => ({ chat, at: SECOND, left: 2 }));
  let asks = 0;
  for (let next = due.shift(); next; next = due.shift()) {
    const { chat, at } = next;
    t.mock.timers.setTime(at);
    const pacer = pacers[asks % pacers.length] ?? pacers[0];
    const wait = await waitFor(pacer, channel, { chatId: `chat:${chat}`, kind: 'direct' });
    asks += 1;
    if (wait === 0) sends.push({ chat, at });
    const left = wait === 0 ? next.left - 1 : next.left;
    if (left === 0) continue;
    const later = due.findIndex((other) => other.at > at + wait);
    due.splice(later < 0 ? due.length : later, 0, { chat, at: at + wait, left });
  }
  return { asks, sends };
}

for (const where of ['over Redis, in two processes', 'in a process by itself'] as const) {
  test(`a thousand chats at the account's limit ask a few times each, and take their turns: ${where}`, async (t) => {
    const book = createBook();
    const own: Pacer = { take: async (limits, key) => takeAlone(book, limits, Date.now(), key) };
    const pacers: [Pacer, ...Pacer[]] = [own];
    if (where !== 'in a process by itself') {
      const { pacer, prefix } = await openPacer(t);
      pacers.splice(0, 1, pacer, (await openPacer(t, prefix)).pacer);
    }
    const { asks, sends } = await sayAll(t, pacers);
    assert.equal(sends.length, 2 * CROWD);
    assert.ok(asks <= 3 * sends.length, `${asks} asks for ${sends.length} sends`);
    const firsts = [...new Set(sends.map(({ chat }) => chat))];
    assert.deepEqual(
      firsts,
      firsts.toSorted((a, b) => a - b),
      'who came first is said first',
    );
    const { account } = PACE;
    for (const [index, { at }] of sends.entries()) {
      const before = sends[index - account.burst - account.perSecond];
      assert.ok(before === undefined || at - before.at >= SECOND - 1, `the rate holds at ${index}`);
    }
    const lasted = (sends.at(-1)?.at ?? 0) - SECOND;
    const least = ((sends.length - account.burst) / account.perSecond) * SECOND;
    assert.ok(lasted <= least * 1.1, `no place is wasted: ${lasted} ms`);
  });
}

test('Redis that is silent is not waited for: the limits are kept without it, and its commands fail', async (t) => {
  const services = await ownServices();
  const redis = connectRedis(services.redisUrl, 'command', createLogger('silent', false));
  t.after(() => redis.disconnect());
  await untilConnected(redis);
  const pacer = createPacer(redis, '{silent}');
  const limits = [{ key: 'chat', perSecond: 0.1, burst: 1 }];
  await services.signal('redis', 'SIGSTOP');
  assert.deepEqual(await within(10_000, 'the first may be said', pacer.take(limits)), 0);
  assert.ok((await within(10_000, 'the second is told to wait', pacer.take(limits))) > 0);
  await assert.rejects(within(10_000, 'it answers', redis.get('key')), /timed out/);
});
