/** P6: Redis is wiped, MongoDB and Redis are frozen for 20 s or killed, while people write. All is well afterwards. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { checkNothingLost, gather } from '#test/product/crowd.ts';
import { eventually } from '#test/product/eventually.ts';
import type { Product } from '#test/product/product.ts';
import { ownServices, type ServiceName } from '#test/product/services.ts';
import { openStage } from '#test/product/stage.ts';

const CROWD = 15;
const AWAY_MS = 20_000;
const LONG = Array.from({ length: 150 }, (_, n) => `word${n}`).join(' ');

test('the services of a running product', async (t) => {
  const services = await ownServices();
  const stage = await openStage(t, { services, isEmbedded: true, env: { DATA_DIR: services.dataDir } });
  let product: Product = await stage.start();
  await services.stop(); // now they are the product's alone
  const crowd = gather(stage, CROWD);
  const { telegram, model } = stage;

  /** What `/readyz` complains of, once it does. */
  const unready = (): Promise<string> =>
    eventually('/readyz says what is wrong', async () => {
      const response = await fetch(`${product.url}/readyz`);
      const { problems } = (await response.json()) as { problems: string[] };
      return response.status === 503 && problems.join();
    });
  const ready = (): Promise<unknown> =>
    eventually('/readyz is content', async () => (await fetch(`${product.url}/readyz`)).ok);
  const freeze = async (of: ServiceName, meanwhile: () => Promise<unknown>): Promise<void> => {
    await services.signal(of, 'SIGSTOP');
    const back = pause(AWAY_MS);
    try {
      await meanwhile();
      await back;
    } finally {
      await services.signal(of, 'SIGCONT');
    }
    await ready();
  };
  const checkAllAnswered = async (): Promise<void> => {
    const { sent, unknown, shown } = await checkNothingLost(stage, crowd);
    assert.deepEqual([unknown, shown], [[], []]);
    assert.equal(sent.length, crowd.people.flatMap(crowd.marksOf).length);
  };
  /**
   * What the product had begun to send when it died itself may have arrived: that is shown as unknown, and never said
   * twice. Nothing that was begun later is.
   */
  const checkAllAccountedFor = async (diedAt: Date): Promise<void> => {
    const { sent, unknown, shown } = await checkNothingLost(stage, crowd);
    assert.deepEqual(shown, []);
    assert.equal(sent.length + unknown.length, crowd.people.flatMap(crowd.marksOf).length);
    for (const { id, attempts } of await stage.admin.jobs('?state=unknown')) {
      assert.equal(attempts.length, 1, `${id} was begun once`);
      assert.ok(
        attempts.every(({ at }) => new Date(at) <= diedAt),
        `${id} was begun before the product died`,
      );
    }
  };

  await t.test('Redis is wiped in the middle of it, three times', async () => {
    const redis = new Redis(services.redisUrl);
    for (let times = 1; times <= 3; times += 1) {
      const answered = telegram.sent.length;
      crowd.sayAll();
      await telegram.waitFor(({ sent }) => sent.length > answered + 2);
      await redis.flushall();
    }
    redis.disconnect();
    await checkAllAnswered();
  });

  await t.test(
    'Redis is frozen for 20 s: answers are made to their end, what comes is stored, all is said afterwards',
    async () => {
      const [from, { reply }, gate] = [telegram.person(), model, model.gate(20)];
      model.reply = () => ({ text: LONG, chunk: 10, deltaMs: 50 });
      telegram.say({ from, text: 'Tell me more.' });
      await telegram.waitFor(({ drafts }) => drafts.length > 0);
      model.reply = reply;
      await freeze('redis', async () => {
        gate.release();
        const isMade = async () => (await stage.database.find('messages', { text: LONG })).length === 1;
        await eventually('the answer is stored', isMade, AWAY_MS);
        crowd.sayAll();
        await telegram.waitFor(({ pending }) => pending === 0);
        assert.match(await unready(), /Redis/);
      });
      await telegram.waitFor(() => telegram.sentTo(from).length === 1);
      await checkAllAnswered();
    },
  );

  await t.test('MongoDB is frozen for 20 s: Telegram keeps what comes, and it is answered afterwards', async () => {
    crowd.sayAll();
    await freeze('mongodb', async () => {
      crowd.sayAll();
      assert.match(await unready(), /MongoDB/);
      assert.ok(telegram.pending >= CROWD, 'nothing is acknowledged that is not stored');
    });
    await checkAllAnswered();
  });

  for (const service of ['redis', 'mongodb'] as const) {
    await t.test(`${service} is killed in the middle of it: the product starts it again`, async () => {
      const answered = telegram.sent.length;
      crowd.sayAll();
      await telegram.waitFor(({ sent }) => sent.length > answered + 2);
      await services.signal(service, 'SIGKILL');
      crowd.sayAll();
      // No unknown: the product lives, so it hears what becomes of each send, and writes that as soon as it can.
      await checkAllAnswered();
    });
  }

  await t.test('the product, MongoDB and Redis are killed at once, and the product is started again', async () => {
    const answered = telegram.sent.length;
    crowd.sayAll();
    await telegram.waitFor(({ sent }) => sent.length > answered + 2);
    await Promise.all([
      product.kill('SIGKILL'),
      services.signal('mongodb', 'SIGKILL'),
      services.signal('redis', 'SIGKILL'),
    ]);
    const diedAt = new Date();
    product = await stage.start();
    await checkAllAccountedFor(diedAt);
  });
});
