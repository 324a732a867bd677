/** Two processes with all roles on the same MongoDB and Redis: P3 and P4 hold, and either can die. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holdToBound } from '#test/busy.ts';
import { checkNothingLost, gather } from '#test/product/crowd.ts';
import { eventually } from '#test/product/eventually.ts';
import { openStage } from '#test/product/stage.ts';

const CROWD = 50;
const TAKEN_OVER_MS = 15_000;
const PATIENCE_MS = 60_000;

test('two processes answer fifty people who write in bursts, and one of them is killed', async (t) => {
  const stage = await openStage(t, { env: { REPLY_WAIT_MS: '100' } });
  const products = await Promise.all([stage.start(), stage.start()]);
  const { telegram, model, database } = stage;
  model.reply = (messages) => ({ text: `Echo: ${messages.at(-1)?.content ?? ''}`, deltaMs: 5 });
  const crowd = gather(stage, CROWD);

  await t.test('each message is stored once and answered once, in the order of each chat', async () => {
    for (let burst = 1; burst <= 3; burst += 1) {
      const asked = model.requests.length;
      crowd.sayAll();
      await model.waitFor(({ requests }) => requests.length > asked + CROWD / 2);
    }
    const { sent, unknown, shown } = await checkNothingLost(stage, crowd);
    assert.deepEqual([sent.length, unknown, shown], [3 * CROWD, [], []]);
  });

  await t.test('the one that polls is killed: the other goes on within 15 s, and nothing is missing', async (t) => {
    const holder = await eventually('somebody holds the channel', async () => {
      const [lease] = await database.find('leases', { _id: `channel:telegram:${telegram.botId}` });
      return products.find(({ pid }) => String(lease?.['holder']).split(/\D/).includes(String(pid)));
    });
    crowd.sayAll();
    await telegram.waitFor(({ pending }) => pending === 0);
    await holder.kill('SIGKILL');
    const killedAt = Date.now();
    crowd.sayAll();
    await telegram.waitFor(({ pending }) => pending === 0, PATIENCE_MS);
    const took = Date.now() - killedAt;
    holdToBound(t, took <= TAKEN_OVER_MS, `taken over within ${took} ms`);
    const { sent, unknown, shown } = await checkNothingLost(stage, crowd);
    assert.equal(sent.length + unknown.length, 5 * CROWD);
    assert.deepEqual(shown, []);
  });
});
