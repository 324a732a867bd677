/** What may be sent, and how it is refused otherwise. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import { route } from '#src/api/route.ts';
import { serveRoutes } from './routes-server.ts';
import { type Answer, call, problemIn } from './wire.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const echo = { method: 'post', access: 'caller', tag: 'Test', summary: 'Test' } as const;
const answers = { 200: { description: 'What was sent.', schema: z.any() } };

test('what may be sent', async (t) => {
  const { url } = await serveRoutes(t, () => [
    route({
      ...echo,
      path: '/echo',
      body: z.any(),
      answers,
      handle: async ({ body }) => ({ status: 200, body: { got: body } }),
    }),
    route({
      ...echo,
      path: '/lenient',
      body: z.any(),
      bodyIs: 'lenient',
      answers,
      handle: async ({ body }) => ({ status: 200, body: { got: body } }),
    }),
    ...['/query', '/v1/query'].map((path) =>
      route({
        ...echo,
        method: 'get',
        path,
        query: z.object({ limit: z.coerce.number().optional() }),
        answers,
        handle: async ({ query }) => ({ status: 200, body: { got: query } }),
      }),
    ),
    route({ ...echo, method: 'get', path: '/v1/plain', answers, handle: async () => ({ status: 200, body: {} }) }),
    route({
      ...echo,
      method: 'get',
      path: '/text',
      answers: { 200: { description: 'A text.', contentType: 'text/markdown' } },
      handle: async () => ({ status: 204 }),
    }),
  ]);
  const send = (body: string | Buffer | Buffer[], headers: Record<string, string> = JSON_TYPE, path = '/echo') =>
    call(`${url}${path}`, { method: 'POST', headers, body });
  const got = ({ status, body }: Answer): unknown => {
    assert.equal(status, 200, body);
    return (JSON.parse(body) as { got: unknown }).got;
  };
  const refusal = (answer: Answer) => [answer.status, problemIn(answer).code, problemIn(answer).detail];

  await t.test(
    'a trailing comma and a byte order mark are forgiven, and texts that look like one are left alone',
    async () => {
      for (const [text, value] of [
        ['{"a":1,}', { a: 1 }],
        ['{"a":[1,2,],\r\n "b":{"c":"x", }\t,}', { a: [1, 2], b: { c: 'x' } }],
        ['{"a":",}","b":"\\",]"}', { a: ',}', b: '",]' }],
        ['\ufeff{"ä":"☕ \\u0041"}', { ä: '☕ A' }],
        ['  [ ]  ', []],
        ['-1.5e3', -1500],
        ['', {}],
        [' \n', {}],
      ] as const) {
        assert.deepEqual(got(await send(text)), value);
      }
      assert.deepEqual(got(await send(gzipSync('{"a":1}'), { ...JSON_TYPE, 'content-encoding': 'gzip' })), { a: 1 });
    },
  );

  await t.test('broken JSON is refused with line and column', async () => {
    for (const [text, words] of [
      ['{"a":}', '"}" is not expected at line 1, column 6'],
      ['{"a":1\n "b":2}', '"\\"" is not expected at line 2, column 2'],
      ['{"a":1,,}', '"," is not expected at line 1, column 8'],
      ['[,]', '"," is not expected at line 1, column 2'],
      ['{a:1}', '"a" is not expected at line 1, column 2'],
      ["{'a':1}", '"\'" is not expected at line 1, column 2'],
      ['{"a":1}}', '"}" is not expected at line 1, column 8'],
      ['{"a":01}', '"1" is not expected at line 1, column 7'],
      ['{"a":"x', 'a string does not end at line 1, column 6'],
      ['["a\nb"]', 'a string holds a raw control character at line 1, column 4'],
      ['["\\x"]', 'a string holds an unknown escape at line 1, column 3'],
      ['{"a":\n', 'it ends too early at line 2, column 1'],
      ['{"a":{"__proto__":1}}', 'the name "__proto__" is not allowed at line 1, column 7'],
      ['{"\\u0063onstructor":1}', 'the name "constructor" is not allowed at line 1, column 2'],
      ['{"prototype":1}', 'the name "prototype" is not allowed at line 1, column 2'],
    ] as const) {
      assert.deepEqual(refusal(await send(text)), [400, 'input_invalid', `The body is not JSON: ${words}.`]);
    }
    assert.deepEqual(refusal(await send(Buffer.from([0x22, 0xff, 0x22]))), [
      400,
      'input_invalid',
      'The body is not UTF-8.',
    ]);
  });

  await t.test('it may be nested 32 levels deep', async () => {
    const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    assert.equal((await send(nested(32))).status, 200);
    assert.equal((await send(nested(33))).status, 400);
    assert.equal((await send(nested(500_000))).status, 400);
  });

  await t.test('a text with very many trailing commas is read in time', async () => {
    const began = performance.now();
    const value = got(await send(`[${'[1,],'.repeat(200_000)}]`)) as unknown[];
    assert.equal(value.length, 200_000);
    assert.ok(performance.now() - began < 5_000);
  });

  await t.test('a body must be JSON in UTF-8', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=utf-16', 'x']) {
      const answer = await send('{"a":1}', { 'content-type': type });
      assert.deepEqual([answer.status, problemIn(answer).code], [415, 'media_type_unsupported']);
    }
    for (const type of ['application/json; charset=UTF-8', 'application/vnd.shop+json', 'Application/JSON']) {
      assert.deepEqual(got(await send('{"a":1}', { 'content-type': type })), { a: 1 });
    }
    assert.deepEqual(got(await send('{"a":1}', {})), { a: 1 });
    const squeezed = await send('x', { ...JSON_TYPE, 'content-encoding': 'lzma' });
    assert.deepEqual([squeezed.status, problemIn(squeezed).code], [415, 'encoding_unsupported']);
  });

  await t.test('where next to nothing is asked for, next to anything says so', async () => {
    for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded', '']) {
      for (const body of ['', ' ', '\n', '{}', '[]', ' [ ] ']) {
        assert.deepEqual(got(await send(body, type ? { 'content-type': type } : {}, '/lenient')), {});
      }
    }
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    assert.deepEqual(got(await send('params=%5B%5D&x=1', form, '/lenient')), {});
    assert.deepEqual(
      got(await send('--b\r\n\r\n\xff--b--', { 'content-type': 'multipart/form-data; boundary=b' }, '/lenient')),
      {},
    );
    assert.deepEqual(got(await send('{"a":1,}', JSON_TYPE, '/lenient')), { a: 1 });
    assert.equal((await send('{"a":1}', { 'content-type': 'text/plain' }, '/lenient')).status, 415);
    assert.equal((await send('[1', JSON_TYPE, '/lenient')).status, 400);
  });

  await t.test(
    'more than 1 MiB is refused, also in chunks and squeezed, and the connection is as good as before',
    async () => {
      const large = Buffer.alloc(2 * 1024 * 1024, ' ');
      const squeezed = { ...JSON_TYPE, 'content-encoding': 'gzip' };
      for (const answer of [
        await send(large),
        await send([large.subarray(0, 1_000_000), large.subarray(1_000_000)]),
        await send(gzipSync(large), squeezed),
      ]) {
        assert.deepEqual(refusal(answer), [413, 'body_too_large', 'The body is larger than allowed.']);
      }
      const exactly = Buffer.alloc(1024 * 1024, ' ');
      assert.deepEqual(got(await send(exactly)), {});
    },
  );

  await t.test('a query is taken once per name; below /v1 unknown names are refused', async () => {
    assert.deepEqual(got(await call(`${url}/query?limit=3&x=1`)), { limit: 3 });
    assert.deepEqual(got(await call(`${url}/v1/query?limit=3`)), { limit: 3 });
    for (const [path, pointer] of [
      ['/v1/query?limit=3&x=1', '/x'],
      ['/v1/query?limit=3&limit=4', '/limit'],
      ['/query?limit=3&limit=4', '/limit'],
      ['/v1/plain?a%2Fb=1', '/a~1b'],
    ] as const) {
      const answer = await call(`${url}${path}`);
      assert.equal(answer.status, 422);
      assert.deepEqual(
        problemIn(answer).errors?.map((error) => error.pointer),
        [pointer],
      );
    }
  });

  await t.test('what the caller does not accept is not given', async () => {
    const ask = (path: string, accept: string) => call(`${url}${path}`, { headers: { accept } });
    for (const accept of ['application/json', '*/*', 'text/html, application/*;q=0.1']) {
      assert.equal((await ask('/v1/plain', accept)).status, 200);
    }
    for (const [path, accept] of [
      ['/v1/plain', 'text/html'],
      ['/v1/plain', 'application/json;q=0'],
      ['/text', 'application/json'],
    ] as const) {
      const answer = await ask(path, accept);
      assert.deepEqual([answer.status, problemIn(answer).code], [406, 'not_acceptable']);
    }
    assert.equal((await ask('/text', 'text/*')).status, 204);
  });

  await t.test('HEAD is GET without a body; other methods are told what there is', async () => {
    const head = await call(`${url}/v1/plain`, { method: 'HEAD' });
    assert.deepEqual([head.status, head.body, head.headers['content-length']], [200, '', '2']);
    const put = await call(`${url}/v1/plain`, { method: 'PUT' });
    assert.deepEqual([put.status, problemIn(put).code, put.headers.allow], [405, 'method_not_allowed', 'GET, HEAD']);
    const options = await call(`${url}/echo`, { method: 'OPTIONS' });
    assert.deepEqual([options.status, options.headers.allow], [204, 'POST']);
  });
});
