/** P7: a SIGTERM ends the process within ten seconds, and loses nothing. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { holdToBound } from '#test/busy.ts';
import { checkNothingLost, gather } from '#test/product/crowd.ts';
import { eventually, within } from '#test/product/eventually.ts';
import type { Product } from '#test/product/product.ts';
import { startProgram } from '#test/product/redis-program.ts';
import { sharedServices } from '#test/product/services.ts';
import { openStage } from '#test/product/stage.ts';

const STOP_MS = 10_000;
const PATIENCE_MS = 60_000;

/** Ends it, which has to be in time and in order. */
async function endInTime(t: TestContext, product: Product, boundMs = STOP_MS): Promise<void> {
  const signalledAt = Date.now();
  const { code, lastWords } = await within(PATIENCE_MS, 'it ends', product.kill('SIGTERM'));
  const took = Date.now() - signalledAt;
  holdToBound(t, code === 0 && took <= boundMs, `it ends with ${code} after ${took} ms: ${lastWords}`);
}

test('SIGTERM', async (t) => {
  const stage = await openStage(t);
  const { telegram, model } = stage;
  const crowd = gather(stage, 30);

  await t.test('under load: what runs is handed back, and answered after the next start', async (t) => {
    const product = await stage.start();
    const gate = model.gate(1);
    crowd.sayAll();
    await model.waitFor(({ active }) => active >= 20);
    await endInTime(t, product);
    assert.ok(
      await stage.database.find('turns', { state: 'running' }).then(({ length }) => length === 0),
      'none is left running',
    );
    gate.release();
    crowd.sayAll();
    await stage.start();
    const { sent, unknown, shown } = await checkNothingLost(stage, crowd);
    assert.deepEqual([sent.length, unknown, shown], [60, [], []]);
  });

  await t.test('while answers are sent: those are waited for and recorded', async (t) => {
    const product = await stage.start();
    telegram.faultNext('sendMessage', { slow: 1_000 }, 30);
    const calls = telegram.count('sendMessage');
    crowd.sayAll();
    await telegram.waitFor(() => telegram.count('sendMessage') > calls + 5);
    await endInTime(t, product);
    const { sent, unknown, shown } = await checkNothingLost(stage, crowd);
    assert.deepEqual([sent.length, unknown, shown], [90, [], []]);
  });

  await t.test('with a send that hangs: it gets eight seconds, and is unknown then', async (t) => {
    const alone = gather(stage, 1);
    telegram.faultNext('sendMessage', 'hang');
    alone.sayAll();
    const isSend = ({ method, payload }: { method: string; payload: Record<string, unknown> }) =>
      method === 'sendMessage' && payload['chat_id'] === alone.people[0]?.id;
    await telegram.waitFor(({ calls }) => calls.some(isSend));
    assert.equal(stage.running().length, 1);
    for (const product of stage.running()) await endInTime(t, product);
    await stage.start();
    const { unknown } = await checkNothingLost(stage, alone);
    assert.equal(unknown.length, 1);
  });
});

test('SIGTERM while Redis is away: what runs is handed back, and the process ends as it should', async (t) => {
  const redis = await startProgram(t);
  const { mongodbUri } = await sharedServices();
  const stage = await openStage(t, { services: { mongodbUri, redisUrl: redis.url } });
  const { model, database } = stage;
  const crowd = gather(stage, 5);
  const product = await stage.start();
  model.gate(1);
  crowd.sayAll();
  await model.waitFor(({ active }) => active === 5);
  await redis.kill();
  await product.waitForLog('Redis is away');
  await endInTime(t, product, STOP_MS / 2);
  assert.deepEqual(await database.find('turns', { state: 'running' }), [], 'none is left running');
});

test('SIGTERM while it still starts: what has begun is handed back', async (t) => {
  const redis = await startProgram(t);
  const { mongodbUri } = await sharedServices();
  const stage = await openStage(t, { services: { mongodbUri, redisUrl: redis.url } });
  redis.freeze(); // it is waited for, for a while
  const ended = assert.rejects(stage.start(), /Pantheon has stopped/);
  const heldBy = async () => {
    const [lease] = await stage.database.find('leases', { _id: /^channel:/ });
    return lease?.['holder'] as string | undefined;
  };
  const holder = await eventually('it holds its channel', async () => (await heldBy()) || undefined);
  const signalledAt = Date.now();
  process.kill(Number(holder.split('|')[2]), 'SIGTERM');
  await within(PATIENCE_MS, 'it ends', ended);
  const took = Date.now() - signalledAt;
  holdToBound(t, took <= STOP_MS, `it ends after ${took} ms`);
  assert.equal(await heldBy(), '', 'the channel is free for others');
});

test('a start whose port is taken says so, and holds nothing any more', async (t) => {
  const stage = await openStage(t);
  const { url } = await stage.start({ ROLES: 'api' });
  const { port } = new URL(url);
  await assert.rejects(stage.start({ PORT: port }), new RegExp(`PORT: ${port} is in use on 127.0.0.1. Set another`));
  const leases = await stage.database.find('leases', { _id: /^channel:/ });
  assert.ok(leases.every(({ holder }) => holder === ''));
});
