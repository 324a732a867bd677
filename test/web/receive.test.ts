import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWeb } from '#adapters/web/index.ts';
import { createReceive } from '#adapters/web/receive.ts';
import { ConfigError, InvalidError, SignatureError } from '#src/errors.ts';
import type { Inbound } from '#src/message.ts';
import { silentLog } from './chat-server.ts';

const ID = '3f2b8c1e-5a6d-4e7f-8a9b-0c1d2e3f4a5b';
const AT = new Date('2026-03-01T10:00:00.000Z');
const visitor = { externalId: 'guest-7', isLocal: false };

/** Gives `receive` a body, and brings back its answer and what it emitted. */
async function post(body: unknown) {
  const emitted: Inbound[] = [];
  const receive = createReceive(() => AT);
  const raw = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const result = await receive({ headers: {}, body: raw, visitor }, async (batch) => void emitted.push(...batch));
  return { result, emitted };
}

test('a message of the page becomes one message of its visitor', async () => {
  const { result, emitted } = await post({ id: ID, text: ' hello ' });
  assert.deepEqual(result, { status: 202, body: { id: ID } });
  assert.deepEqual(emitted, [
    {
      kind: 'message',
      at: AT,
      chat: { account: 'web', externalId: 'guest-7', threadId: '', kind: 'direct' },
      externalId: ID,
      from: { externalIds: ['guest-7'], realm: '', name: '', isLocal: false },
      text: ' hello ',
      attachments: [],
      addressedBy: 'direct',
    },
  ]);
});

test('without a visitor a message is refused before it is read', async () => {
  const receive = createReceive(() => AT);
  await assert.rejects(
    receive({ headers: {}, body: Buffer.from('{') }, () => assert.fail('nothing may be stored')),
    SignatureError,
  );
});

test('what is not a message is refused with a pointer to what is wrong', async () => {
  const wrong: [unknown, string][] = [
    [{ id: ID, text: ' \n' }, '/text'],
    [{ id: ID }, '/text'],
    [{ id: ID, text: 'ä'.repeat(128 * 1024 + 1) }, '/text'],
    [{ id: 'seven', text: 'hello' }, '/id'],
    [{ id: ID, text: 'hello', role: 'agent' }, ''],
    ['{', ''],
    ['', ''],
  ];
  for (const [body, pointer] of wrong) {
    await assert.rejects(post(body), (error) => {
      assert.ok(error instanceof InvalidError);
      assert.deepEqual(
        error.problems.map((problem) => problem.pointer),
        [pointer],
      );
      return true;
    });
  }
});

test('a text of exactly 256 KiB is taken', async () => {
  const { emitted } = await post({ id: ID, text: 'ä'.repeat(128 * 1024) });
  assert.equal(emitted.length, 1);
});

test('when the message cannot be stored, the page is not told that it is', async () => {
  const receive = createReceive(() => AT);
  const body = Buffer.from(JSON.stringify({ id: ID, text: 'hello' }));
  const store = () => Promise.reject(new Error('the store is away'));
  await assert.rejects(receive({ headers: {}, body, visitor }, store), /the store is away/);
});

test('WEB_ACCESS decides whether there is a channel', async () => {
  const made = await Promise.all(
    [{}, { WEB_ACCESS: 'off' }, { PUBLIC_URL: 'https://chat.example' }].map((env) =>
      createWeb(env, { log: silentLog, commands: [] }),
    ),
  );
  assert.deepEqual(
    made.map((channel) => channel?.name),
    ['web', undefined, undefined],
  );
  await assert.rejects(createWeb({ WEB_ACCESS: 'everybody' }, { log: silentLog, commands: [] }), ConfigError);
});

test('what is said keeps its Markdown, and is sent as soon as it is stored, however often', async () => {
  const web = await createWeb({}, { log: silentLog, commands: [] });
  assert.deepEqual(web?.format('**hi**'), ['**hi**']);
  const part = {
    chat: { account: 'web', externalId: 'x', threadId: '', kind: 'direct' as const },
    text: '**hi**',
    key: 'k1',
  };
  const signal = new AbortController().signal;
  assert.deepEqual(await web?.send(part, signal), { externalId: 'k1' });
  assert.deepEqual(await web?.send(part, signal), { externalId: 'k1' });
});
