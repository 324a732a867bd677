/** How often may be called, and how often a key pair may be guessed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { route } from '#src/api/route.ts';
import { serveRoutes } from './routes-server.ts';
import { call, problemIn } from './wire.ts';

const routes = () => [
  route({
    method: 'get',
    path: '/thing',
    access: 'guest',
    tag: 'Test',
    summary: 'Test',
    answers: {},
    handle: async () => ({ status: 200, body: {} }),
  }),
];

/** A port at which nothing listens: Redis is away. */
const NO_REDIS = 'redis://127.0.0.1:1';

for (const [where, redisUrl] of [
  ['with Redis calls are counted', undefined],
  ['while Redis is away calls are counted all the same', NO_REDIS],
] as const) {
  test(where, async (t) => {
    const options = { env: { RATE_LIMIT: '5', OPEN_API: 'any' }, ...(redisUrl ? { redisUrl } : {}) };
    const { url, key } = await serveRoutes(t, routes, options);
    const [one, other] = [await key({}), await key({})];
    const ask = ({ apiKey, secret }: { apiKey: string; secret: string }) =>
      call(`${url}/thing`, { headers: { apiKey, secret } });

    await t.test('each answer says where the key stands, and past the limit it is 429', async () => {
      const remaining: string[] = [];
      for (let n = 0; n < 5; n += 1) {
        const { status, headers } = await ask(one);
        assert.equal(status, 200);
        assert.equal(headers['ratelimit-policy'], '"default";q=5;w=60');
        remaining.push(/^"default";r=(\d);t=(?:60|5\d)$/.exec(String(headers['ratelimit']))?.[1] ?? '');
      }
      assert.deepEqual(remaining, ['4', '3', '2', '1', '0']);
      const over = await ask(one);
      assert.equal(over.status, 429);
      assert.equal(problemIn(over).code, 'rate_limited');
      assert.match(String(over.headers['ratelimit']), /^"default";r=0;t=\d+$/);
      assert.ok(Number(over.headers['retry-after']) > 0 && Number(over.headers['retry-after']) <= 60);
    });

    await t.test('another key is not held up by it', async () => {
      assert.equal((await ask(other)).status, 200);
    });

    await t.test('guests are counted by address', async () => {
      const outside = { headers: { via: '1.1 tunnel' } };
      const answers = [];
      for (let n = 0; n < 6; n += 1) answers.push((await call(`${url}/thing`, outside)).status);
      assert.deepEqual(answers, [200, 200, 200, 200, 200, 429]);
    });
  });
}

test('after ten wrong pairs in a minute wrong ones get 429, and right ones are never slowed', async (t) => {
  const { url, key } = await serveRoutes(t, routes);
  const { apiKey, secret } = await key({});
  const ask = (headers: Record<string, string>) => call(`${url}/thing`, { headers });
  for (let n = 0; n < 10; n += 1) assert.equal((await ask({ apiKey, secret: `guess ${n}` })).status, 401);
  const wrong = await ask({ apiKey: 'unknown', secret });
  assert.equal(wrong.status, 429);
  assert.ok(Number(wrong.headers['retry-after']) > 0);
  assert.equal((await ask({ apiKey, secret })).status, 200);
  assert.equal((await ask({})).status, 200);
});
