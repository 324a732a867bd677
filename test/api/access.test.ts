/** Who may call: keys, this machine, and nobody through a tunnel. */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { ADMIN_KEY, ADMIN_SECRET } from '#test/product/admin.ts';
import { openStage } from '#test/product/stage.ts';

/** A request as raw as the caller wants it: `fetch` does not let one set `Host` or `Origin`. */
function call(
  url: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<{ status: number; body: string; headers: object }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body, headers: response.headers }));
    });
    sent.once('error', reject);
    sent.end();
  });
}

test('who may call', async (t) => {
  const stage = await openStage(t, { env: { WEB_ACCESS: 'loopback' } });
  const { url } = await stage.start();
  const list = `${url}/v1/conversations`;
  const basic = (pair: string) => ({ authorization: `Basic ${Buffer.from(pair).toString('base64')}` });

  await t.test('somebody at this machine without keys is the local person, and no admin', async () => {
    assert.equal((await call(list)).status, 200);
    assert.equal((await call(`${url}/v1/jobs`)).status, 403);
  });

  for (const header of ['forwarded', 'x-forwarded-for', 'x-forwarded-proto', 'x-real-ip', 'via', 'cf-connecting-ip']) {
    await t.test(`a request that came through a tunnel or proxy (${header}) is not local`, async () => {
      assert.equal((await call(list, { [header]: 'x' })).status, 401);
      assert.equal((await call(`${url}/chat`, { [header]: 'x' })).status, 403);
    });
  }

  await t.test('a key pair is taken from headers and from HTTP Basic', async () => {
    assert.equal((await call(`${url}/v1/jobs`, { apiKey: ADMIN_KEY, secret: ADMIN_SECRET })).status, 200);
    assert.equal((await call(`${url}/v1/jobs`, basic(`${ADMIN_KEY}:${ADMIN_SECRET}`))).status, 200);
  });

  await t.test('a wrong pair and a missing one get the same answer, with the way to do it', async () => {
    const tunnel = { via: '1.1 tunnel' };
    const missing = await call(list, tunnel);
    const answers = await Promise.all([
      call(list, { apiKey: ADMIN_KEY, secret: 'wrong' }),
      call(list, { apiKey: 'wrong', secret: ADMIN_SECRET }),
      call(list, { apiKey: ADMIN_KEY }),
      call(list, basic('no:body')),
      call(list, { authorization: 'Bearer x' }),
    ]);
    const withoutId = ({ body }: { body: string }) => ({ ...(JSON.parse(body) as object), requestId: '' });
    for (const answer of answers) {
      assert.equal(answer.status, 401);
      assert.deepEqual(withoutId(answer), withoutId(missing));
      assert.match(String((answer.headers as Record<string, string>)['www-authenticate']), /^Basic/);
    }
  });

  await t.test('a foreign Host is not answered, whatever the keys', async () => {
    const { status, body } = await call(list, { host: 'evil.example', apiKey: ADMIN_KEY, secret: ADMIN_SECRET });
    assert.equal(status, 421);
    assert.equal((JSON.parse(body) as { code: string }).code, 'host_unknown');
    assert.equal((await call(list, { host: 'pantheon.api' })).status, 200);
  });

  await t.test('a page of another origin can do nothing, with valid keys as well', async () => {
    const keys = { apiKey: ADMIN_KEY, secret: ADMIN_SECRET };
    const replay = `${url}/v1/jobs/trn_x/replay`;
    assert.equal((await call(replay, { ...keys, origin: 'https://evil.example' }, 'POST')).status, 403);
    assert.equal((await call(replay, { ...keys, origin: 'null' }, 'POST')).status, 403);
    assert.equal((await call(replay, { ...keys, origin: 'http://127.0.0.1:1' }, 'POST')).status, 403);
    assert.equal((await call(replay, { ...keys, 'sec-fetch-site': 'cross-site' }, 'POST')).status, 403);
    assert.equal((await call(replay, { ...keys, origin: url }, 'POST')).status, 404);
  });

  await t.test('errors are problems in JSON, never HTML, never a stack', async () => {
    const { status, body, headers } = await call(`${url}/nothing/here`);
    assert.equal(status, 404);
    assert.match(String((headers as Record<string, string>)['content-type']), /^application\/problem\+json/);
    assert.partialDeepStrictEqual(JSON.parse(body), {
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      code: 'not_found',
    });
    const raw = { apiKey: ADMIN_KEY, secret: ADMIN_SECRET, 'content-type': 'application/json' };
    const broken = await fetch(`${url}/v1/jobs/trn_x/resolve`, { method: 'POST', headers: raw, body: '{"outcome":' });
    assert.equal(broken.status, 400);
    const unknown = await fetch(`${url}/v1/jobs/trn_x/resolve`, {
      method: 'POST',
      headers: raw,
      body: '{"outcome":"maybe"}',
    });
    assert.equal(unknown.status, 422);
    assert.deepEqual(
      ((await unknown.json()) as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer),
      ['/outcome'],
    );
  });
});

test('with OPEN_API=none nobody gets in without keys', async (t) => {
  const stage = await openStage(t, { env: { OPEN_API: 'none' } });
  const { url } = await stage.start();
  assert.equal((await call(`${url}/v1/conversations`)).status, 401);
  assert.equal((await call(`${url}/livez`)).status, 200);
  assert.equal((await call(`${url}/readyz`)).status, 200);
});
