/** The first admin key: made once, shown once, or the operator's own. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { openFirstKey, takeFirstPair } from '#src/keys/first.ts';
import type { Pair } from '#src/keys/pair.ts';
import { createLogger } from '#src/log.ts';
import { createStore } from '#src/store/store.ts';
import { ADMIN_KEY, ADMIN_SECRET } from '#test/product/admin.ts';
import { sharedServices } from '#test/product/services.ts';
import { openStage } from '#test/product/stage.ts';

const NO_PAIR = { ADMIN_KEY: '', ADMIN_SECRET: '' };

async function lists(url: string, { apiKey, secret }: Pair): Promise<number> {
  return (await fetch(`${url}/v1/keys`, { headers: { apiKey, secret } })).status;
}

test('without a pair of the operator the first start makes one', async (t) => {
  const stage = await openStage(t, { env: NO_PAIR });
  const [{ url }] = await Promise.all([stage.start(), stage.start(), stage.start()]);
  const store = await createStore({ uri: stage.database.uri, log: createLogger('warn', false) });
  t.after(() => store.close());

  await t.test('however many processes start at once', async () => {
    assert.equal((await stage.database.find('keys')).length, 1);
  });

  await t.test('which cannot be read in the database', async () => {
    const [installation] = await stage.database.find('installation');
    assert.match(String(installation?.['firstPair']), /^[A-Za-z0-9+/=]{100,}$/);
  });

  await t.test('which a process that died while it made it has left to the next', async () => {
    await store.keys.deleteMany({});
    await openFirstKey(store, {});
    assert.equal((await stage.database.find('keys')).length, 1);
  });

  await t.test('which is given once, and works', async () => {
    const taken = await Promise.all([takeFirstPair(store), takeFirstPair(store), takeFirstPair(store)]);
    const [pair, ...others] = taken.filter((one) => one !== undefined);
    assert.deepEqual(others, []);
    assert.ok(pair);
    assert.equal(await lists(url, pair), 200);
    assert.equal(await takeFirstPair(store), undefined);
    await openFirstKey(store, {});
    assert.equal(await takeFirstPair(store), undefined);
    assert.equal((await stage.database.find('keys')).length, 1);
  });
});

test("the operator's own pair is the admin key, and what it was before is none", async (t) => {
  const stage = await openStage(t);
  const first = await stage.start();
  assert.equal(await lists(first.url, { apiKey: ADMIN_KEY, secret: ADMIN_SECRET }), 200);
  await first.kill('SIGTERM');
  const renewed = { apiKey: ADMIN_KEY, secret: 'another-secret-0123456789' };
  const second = await stage.start({ ADMIN_SECRET: renewed.secret });
  assert.deepEqual(
    [await lists(second.url, renewed), await lists(second.url, { apiKey: ADMIN_KEY, secret: ADMIN_SECRET })],
    [200, 401],
  );
  await second.kill('SIGTERM');
  const other = { apiKey: 'another-admin-key', secret: ADMIN_SECRET };
  const third = await stage.start({ ADMIN_KEY: other.apiKey, ADMIN_SECRET: other.secret });
  assert.deepEqual([await lists(third.url, other), await lists(third.url, renewed)], [200, 401]);
  await third.kill('SIGTERM');
  const back = await stage.start({ ADMIN_SECRET: renewed.secret });
  assert.deepEqual([await lists(back.url, renewed), await lists(back.url, other)], [200, 401]);
});

test('keys from the terminal', async (t) => {
  const stage = await openStage(t, { env: NO_PAIR });
  const { url } = await stage.start();
  const { redisUrl } = await sharedServices();
  const run = async (...args: string[]) => {
    const { PATH = '', HOME = '' } = process.env;
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'src/keys.ts', ...args], {
      env: { PATH, HOME, MONGODB_URI: stage.database.uri, REDIS_URL: redisUrl },
    });
    const [out, err] = await Promise.all(
      [child.stdout, child.stderr].map(async (stream) => Buffer.concat(await stream.toArray()).toString()),
    );
    return { out: out ?? '', err: err ?? '' };
  };

  await t.test('a new pair is printed, works, is listed without its secret, and revoked', async () => {
    const made = JSON.parse((await run('create', '--scope', 'admin', '--name', 'laptop')).out) as Pair & { id: string };
    assert.equal(await lists(url, made), 200);
    const listed = (await run('list')).out;
    assert.match(listed, new RegExp(`${made.id} +admin +laptop`));
    assert.ok(!listed.includes(made.secret) && !listed.includes(made.apiKey));
    await run('revoke', made.id);
    assert.equal(await lists(url, made), 401);
    assert.match((await run('revoke', made.id)).err, /does not exist/);
  });

  await t.test('what makes no sense is refused in words', async () => {
    assert.match((await run('create', '--scope', 'root')).err, /^--scope: /);
    assert.match((await run('create', '--scope', 'app')).err, /^--app: /);
    assert.match((await run()).err, /^npm run keys -- create/);
  });
});
