/** Requests as bytes: absolute ones, those with rubbish behind them, and what is no request. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createPlainServer } from '#src/api/plain.ts';
import { route } from '#src/api/route.ts';
import { serveRoutes } from './routes-server.ts';
import { sendRaw } from './wire.ts';

/** What the documents publish as raw HTTP, with the blank line that ends the request before its header. */
const SAMPLE =
  'POST http://pantheon.api/conversations/startConversation HTTP/1.1\r\nHost: pantheon.api\r\n\r\n' +
  'Content-Type: application/json\r\n\r\n';

test('requests as bytes', async (t) => {
  const { url } = await serveRoutes(t, () => [
    route({
      method: 'post',
      path: '/conversations/startConversation',
      access: 'caller',
      tag: 'Test',
      summary: 'Test',
      answers: {},
      async handle({ caller, request }) {
        await new Promise((resolve) => setImmediate(resolve)); // the rubbish is read by now
        const { path, query, headers } = request;
        return { status: 201, body: { scope: caller.scope, path, query, host: headers.host } };
      },
    }),
  ]);
  const post = (target: string, host: string) =>
    `POST ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
  const statuses = (text: string) => [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
  const last = (text: string) => JSON.parse(text.slice(text.lastIndexOf('\r\n\r\n') + 4)) as Record<string, unknown>;

  await t.test('a request with rubbish behind it is answered, and then it is over', async () => {
    for (let n = 0; n < 5; n += 1) {
      const text = await sendRaw(url, SAMPLE);
      assert.deepEqual(statuses(text), [201]);
      assert.match(text, /^Connection: close\r$/m);
      assert.equal(last(text)['path'], '/conversations/startConversation');
    }
  });

  await t.test('of two requests at once both are answered before the rubbish is minded', async () => {
    const one = 'POST /conversations/startConversation HTTP/1.1\r\nHost: pantheon.api\r\n\r\n';
    assert.deepEqual(statuses(await sendRaw(url, `${one}${SAMPLE}`)), [201, 201]);
  });

  await t.test('an absolute request goes to the host that it names, whatever the header says', async () => {
    const target = 'http://pantheon.api/conversations/startConversation?a=1';
    const good = await sendRaw(url, post(target, 'evil.example'));
    assert.deepEqual(statuses(good), [201]);
    assert.deepEqual(last(good), {
      scope: 'person',
      path: '/conversations/startConversation',
      query: { a: '1' },
      host: 'pantheon.api',
    });
    const foreign = await sendRaw(url, post(target.replace('pantheon.api', 'evil.example'), 'pantheon.api'));
    assert.deepEqual([statuses(foreign), last(foreign)['code']], [[421], 'host_unknown']);
  });

  await t.test('what is no request gets a problem', async () => {
    for (const [bytes, status] of [
      ['hello\r\n\r\n', 400],
      [`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`, 431],
      ['POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n', 400],
      ['POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nrubbish\r\n', 400],
    ] as const) {
      const text = await sendRaw(url, bytes);
      assert.deepEqual(statuses(text), [status]);
      assert.match(text, /^Content-Type: application\/problem\+json/m);
      assert.partialDeepStrictEqual(last(text), { status, code: 'request_unreadable' });
    }
  });
});

test('a request that comes too slowly is given up', async (t) => {
  const patience = { headersTimeout: 50, requestTimeout: 100, connectionsCheckingInterval: 20 };
  const server = createPlainServer(
    (request, response) => void request.resume().on('end', () => response.end()),
    patience,
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const bytes of ['POST / HTTP/1.1\r\nHost: a\r\n', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nab']) {
    assert.match(await sendRaw(url, bytes), /^HTTP\/1\.1 408 /);
  }
});
