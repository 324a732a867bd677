/** P7: a SIGTERM ends the process within ten seconds, and loses nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkNothingLost, gather } from '#test/product/crowd.ts';
import { within } from '#test/product/eventually.ts';
import { startProgram } from '#test/product/redis-program.ts';
import { sharedServices } from '#test/product/services.ts';
import { openStage } from '#test/product/stage.ts';

const STOP_MS = 10_000;

test('SIGTERM', async (t) => {
  const stage = await openStage(t);
  const { telegram, model } = stage;
  const crowd = gather(stage, 30);

  await t.test('under load: what runs is handed back, and answered after the next start', async () => {
    const product = await stage.start();
    const gate = model.gate(1);
    crowd.sayAll();
    await model.waitFor(({ active }) => active >= 20);
    const { code, lastWords } = await within(STOP_MS, 'it ends', product.kill('SIGTERM'));
    assert.equal(code, 0, lastWords);
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

  await t.test('while answers are sent: those are waited for and recorded', async () => {
    const product = await stage.start();
    telegram.faultNext('sendMessage', { slow: 1_000 }, 30);
    const calls = telegram.count('sendMessage');
    crowd.sayAll();
    await telegram.waitFor(() => telegram.count('sendMessage') > calls + 5);
    const { code, lastWords } = await within(STOP_MS, 'it ends', product.kill('SIGTERM'));
    assert.equal(code, 0, lastWords);
    const { sent, unknown, shown } = await checkNothingLost(stage, crowd);
    assert.deepEqual([sent.length, unknown, shown], [90, [], []]);
  });

  await t.test('with a send that hangs: it gets eight seconds, and is unknown then', async () => {
    const alone = gather(stage, 1);
    telegram.faultNext('sendMessage', 'hang');
    alone.sayAll();
    const isSend = ({ method, payload }: { method: string; payload: Record<string, unknown> }) =>
      method === 'sendMessage' && payload['chat_id'] === alone.people[0]?.id;
    await telegram.waitFor(({ calls }) => calls.some(isSend));
    const signalledAt = Date.now();
    const left = await Promise.all(stage.running().map((product) => product.kill('SIGTERM')));
    assert.ok(Date.now() - signalledAt <= STOP_MS, `${Date.now() - signalledAt} ms`);
    assert.deepEqual(
      left.map(({ code }) => code),
      [0],
      left.map(({ lastWords }) => lastWords).join('\n'),
    );
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
  const signalledAt = Date.now();
  const { code, lastWords } = await within(STOP_MS, 'it ends', product.kill('SIGTERM'));
  assert.equal(code, 0, lastWords);
  assert.ok(Date.now() - signalledAt < STOP_MS / 2, `${Date.now() - signalledAt} ms`);
  assert.deepEqual(await database.find('turns', { state: 'running' }), [], 'none is left running');
});
