import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { startChatServer } from './chat-server.ts';
import { until } from './until.ts';

/** A request by the bare path: nothing on its way tidies up dots or percent signs. */
async function raw(url: string, path: string, headers: Record<string, string> = {}) {
  const [response] = (await once(get(url, { path, headers }), 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) };
}

test('the page allows only its own files to run, load and be talked to', async (t) => {
  const server = await startChatServer();
  t.after(() => server.stop());
  const response = await fetch(`${server.url}/chat`);
  const html = await response.text();
  const importMap = /<script type="importmap">(.*)<\/script>/.exec(html)?.[1] ?? '';
  const hash = createHash('sha256').update(importMap).digest('base64');
  assert.equal(
    response.headers.get('Content-Security-Policy'),
    `default-src 'none'; script-src 'self' 'sha256-${hash}'; style-src 'self'; img-src 'self'; connect-src 'self'; ` +
      `base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'`,
  );
  assert.equal(response.headers.get('X-Content-Type-Options'), 'nosniff');
  assert.equal(response.headers.get('Referrer-Policy'), 'no-referrer');
  assert.equal(response.headers.get('Cache-Control'), 'no-store');
  assert.doesNotMatch(html, /\son\w+=|style=|https?:\/\//);
});

test('every file that the page names is there, with its type, and the types of TypeScript are gone', async (t) => {
  const server = await startChatServer();
  t.after(() => server.stop());
  const html = await (await fetch(`${server.url}/chat`)).text();
  const paths = new Set([...html.matchAll(/"(\/chat\/assets\/[^"]+)"/g)].map((match) => match[1] as string));
  assert.ok(paths.size > 25);
  for (const path of paths) {
    const response = await fetch(server.url + path);
    assert.equal(response.status, 200, path);
    const type = path.endsWith('.css') ? 'text/css' : path.endsWith('.svg') ? 'image/svg+xml' : 'text/javascript';
    assert.ok(response.headers.get('Content-Type')?.startsWith(type), path);
    assert.doesNotMatch(await response.text(), /^import type |^export interface /m, path);
  }
});

test('a file that the browser has is not sent again', async (t) => {
  const server = await startChatServer();
  t.after(() => server.stop());
  const path = '/chat/assets/main.ts';
  const first = await raw(server.url, path, { 'Accept-Encoding': 'gzip' });
  assert.equal(first.headers['content-encoding'], 'gzip');
  assert.match(gunzipSync(first.body).toString(), /createChat/);
  const again = await raw(server.url, path, { 'If-None-Match': String(first.headers.etag) });
  assert.deepEqual([again.status, again.body.length], [304, 0]);
  const other = await raw(server.url, path, { 'If-None-Match': 'W/"other"' });
  assert.equal(other.status, 200);
});

test('no path reaches a file outside of the page', async (t) => {
  const server = await startChatServer();
  t.after(() => server.stop());
  const paths = [
    '/chat/assets/../page.ts',
    '/chat/assets/..%2fpage.ts',
    '/chat/assets/%2e%2e/page.ts',
    '/chat/assets/view/../../page.ts',
    '/chat/assets/..\\page.ts',
    '/chat/assets//etc/passwd',
    '/chat/assets/tsconfig.json',
    '/chat/assets/vendor/',
    '/chat/assets/constructor',
  ];
  for (const path of paths) assert.equal((await raw(server.url, path)).status, 404, path);
  assert.equal((await raw(server.url, '/chat/assets/%ff')).status, 400);
});

test('the history comes newest first chosen, oldest first listed, and page by page', async (t) => {
  const server = await startChatServer(Array.from({ length: 60 }, (_, index) => ({ text: `number ${index + 1}` })));
  t.after(() => server.stop());
  const read = async (query: string) => (await fetch(`${server.url}/chat/history${query}`)).json() as Promise<History>;
  type History = { entries: { seq: number }[]; hasMore: boolean };
  const newest = await read('');
  assert.deepEqual([newest.entries[0]?.seq, newest.entries.at(-1)?.seq, newest.hasMore], [11, 60, true]);
  const older = await read('?before=11&limit=100');
  assert.deepEqual([older.entries[0]?.seq, older.entries.at(-1)?.seq, older.hasMore], [1, 10, false]);
  for (const query of ['?before=x', '?before=0', '?limit=0', '?limit=201', '?limit=1.5']) {
    assert.equal((await fetch(`${server.url}/chat/history${query}`)).status, 422, query);
  }
});

test('who may not use the page gets its reason, and nothing of the conversation', async (t) => {
  const server = await startChatServer([{ text: 'a secret' }]);
  t.after(() => server.stop());
  for (const path of ['/chat', '/chat/history', '/chat/stream']) {
    const response = await raw(server.url, path, { 'X-Stranger': 'yes' });
    assert.equal(response.status, 403, path);
    assert.match(response.body.toString(), /WEB_ACCESS=open/);
    assert.doesNotMatch(response.body.toString(), /secret/);
  }
});

test('the stream says ready, then each event, then that it is alive, and ends when the server stops', async (t) => {
  const server = await startChatServer();
  t.after(() => server.stop());
  const response = await fetch(`${server.url}/chat/stream`);
  assert.equal(response.headers.get('Content-Type'), 'text/event-stream; charset=utf-8');
  assert.equal(response.headers.get('X-Accel-Buffering'), 'no');
  server.tell({ type: 'typing', turnId: 'trn_1' });
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    if (text.includes('event: beat')) server.endStreams();
  }
  assert.match(
    text,
    /^retry: 1000\n\nevent: ready\ndata: {}\n\nevent: chat\ndata: {"type":"typing","turnId":"trn_1"}\n\n/,
  );
  assert.equal(server.streams(), 0);
});

test('a page that stops reading is cut off, and its follower goes', async (t) => {
  const server = await startChatServer();
  t.after(() => server.stop());
  const request = get(`${server.url}/chat/stream`);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.on('error', () => {});
  const piece = 'x'.repeat(256 * 1024);
  for (let sent = 0; sent < 100 && server.streams() > 0; sent += 1) {
    server.tell({ type: 'delta', turnId: 'trn_1', text: piece, offset: 0 });
  }
  await until(() => server.streams() === 0);
});

test('HEAD of the stream is answered at once', async (t) => {
  const server = await startChatServer();
  t.after(() => server.stop());
  const response = await fetch(`${server.url}/chat/stream`, { method: 'HEAD' });
  assert.equal(response.status, 200);
  assert.equal(server.streams(), 0);
});
