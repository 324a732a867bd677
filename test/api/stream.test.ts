/** The live stream of a conversation: every message once and in order, whatever happens to the connection. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { ADMIN_KEY, ADMIN_SECRET, type ShownMessage } from '#test/product/admin.ts';
import { eventually } from '#test/product/eventually.ts';
import { type EventReader, readEvents } from '#test/product/event-stream.ts';
import { openStage, type Stage } from '#test/product/stage.ts';

/** What nobody announces is looked for every five seconds. */
const LATE_MS = 30_000;
const KEYS = { apiKey: ADMIN_KEY, secret: ADMIN_SECRET };

async function begin({ admin }: Stage): Promise<string> {
  return (await admin.call<{ id: string }>('POST', '/v1/conversations', {})).body.id;
}

const say = ({ admin }: Stage, id: string, text: string, as = 'agent') =>
  admin.call<ShownMessage>('POST', `/v1/conversations/${id}/messages`, { text, as });

const messagesOf = ({ events }: EventReader) => events.filter(({ event }) => event === 'message');
const textsOf = (reader: EventReader) => messagesOf(reader).map(({ data }) => (data as ShownMessage).text);
const hasText = (text: string) => (event: { event: string; data: unknown }) =>
  event.event === 'message' && (event.data as ShownMessage).text === text;

test('the stream of a conversation', async (t) => {
  const stage = await openStage(t);
  const { telegram, admin, model, database } = stage;
  const { url, pid } = await stage.start();
  const open = (id: string, headers: Record<string, string> = {}, query = '') =>
    readEvents(t, `${url}/v1/conversations/${id}/stream${query}`, { ...KEYS, ...headers });

  await t.test('it begins now, says that nothing may keep it, and gives each message once with an id', async () => {
    const id = await begin(stage);
    await say(stage, id, 'before');
    const reader = await open(id);
    assert.equal(reader.status, 200);
    assert.match(String(reader.headers['content-type']), /^text\/event-stream/);
    assert.equal(reader.headers['x-accel-buffering'], 'no');
    assert.match(String(reader.headers['cache-control']), /no-store/);
    for (const text of ['one', 'two', 'three']) await say(stage, id, text);
    await reader.waitFor(hasText('three'));
    assert.deepEqual(textsOf(reader), ['one', 'two', 'three']);
    assert.equal(new Set(messagesOf(reader).map((event) => event.id)).size, 3);
    const shown = messagesOf(reader)[0]?.data as ShownMessage;
    assert.deepEqual((await admin.call('GET', `/v1/messages/${shown.id}`)).body, shown);
    reader.cut();
  });

  await t.test('an answer is seen as it grows, is sent and is edited, under other names and without ids', async () => {
    const ann = telegram.person({ first_name: 'Ann' });
    const said = telegram.say({ from: ann, text: 'hello' });
    await telegram.waitFor(() => telegram.sentTo(ann).length === 1);
    await database.quiet();
    const [conversation] = await admin.conversations();
    const reader = await open(conversation?.id ?? '');
    model.reply = () => ({ text: 'A long answer', chunk: 4 });
    const gate = model.gate(2);
    telegram.say({ from: ann, text: 'again' });
    await reader.waitFor(({ event }) => event === 'delta');
    gate.release();
    await reader.waitFor(({ event, data }) => event === 'delivery' && (data as { state: string }).state === 'sent');
    telegram.edit(said, { text: 'hello there' });
    const edit = await reader.waitFor(({ event }) => event === 'edit');
    assert.equal((edit.data as ShownMessage).text, 'hello there');
    await reader.waitFor(({ event, data }) => event === 'turn' && (data as { state: string }).state === 'done');
    await reader.waitFor(hasText('A long answer'));
    assert.deepEqual(textsOf(reader), ['again', 'A long answer']);
    assert.ok(reader.events.every(({ event, id }) => (event === 'message') === (id !== undefined)));
    reader.cut();
  });

  await t.test('cut twenty times under load and resumed, nothing is missing, nothing twice, all in order', async () => {
    const id = await begin(stage);
    const COUNT = 120;
    const told: { id: string | undefined; text: string }[] = [];
    let [lastId, cuts, isOver] = ['', 0, false];
    const first = await open(id);
    await eventually('the first reader knows where it is', () => first.blocks.length > 0);
    lastId = first.lastEventId();
    first.cut();
    const writing = (async () => {
      const writers = [0, 1, 2].map(async (writer) => {
        for (let n = 0; n < COUNT / 3; n += 1) await say(stage, id, `${writer}-${n}`);
      });
      await Promise.all(writers);
      isOver = true;
    })();
    while (told.length < COUNT) {
      const reader = await open(
        id,
        cuts % 2 === 0 ? { 'last-event-id': lastId } : {},
        cuts % 2 === 0 ? '' : `?lastEventId=${lastId}`,
      );
      const goal = cuts < 20 ? 1 + (cuts % 5) : COUNT - told.length;
      await eventually('some more came', () => messagesOf(reader).length >= Math.min(goal, COUNT - told.length));
      reader.cut();
      await reader.ended;
      // What came between the last look and the cut counts: the reader has seen it.
      for (const { id: one, data } of messagesOf(reader)) told.push({ id: one, text: (data as ShownMessage).text });
      lastId = reader.lastEventId();
      cuts += 1;
    }
    await writing;
    assert.ok(isOver && cuts >= 20, `${cuts} cuts`);
    const stored = (await admin.messages(id)).map(({ text }) => text);
    assert.deepEqual(
      told.map(({ text }) => text),
      stored,
    );
    assert.equal(new Set(told.map((one) => one.id)).size, COUNT);
  });

  await t.test('a lost ring shows late, never not at all', async () => {
    const id = await begin(stage);
    await say(stage, id, 'one');
    const reader = await open(id);
    // As a process would leave it whose live event was lost.
    const [message] = await database.find('messages', { conversationId: id });
    await database.insert('messages', { ...message, _id: 'msg_lost', key: 'api:lost:0', seq: 2, text: 'unannounced' });
    await database.update('conversations', { _id: id }, { $set: { lastSeq: 2, mode: 'human' } });
    await reader.waitFor(hasText('unannounced'), LATE_MS);
    await reader.waitFor(({ event, data }) => event === 'mode' && (data as { mode: string }).mode === 'human', LATE_MS);
    reader.cut();
  });

  await t.test('a HEAD is answered, a foreign conversation is not there, an id that is none is refused', async () => {
    const id = await begin(stage);
    assert.equal((await fetch(`${url}/v1/conversations/${id}/stream`, { method: 'HEAD', headers: KEYS })).status, 200);
    assert.equal((await fetch(`${url}/v1/conversations/${id}/stream`)).status, 404);
    assert.equal((await fetch(`${url}/v1/conversations/cnv_none/stream`, { headers: KEYS })).status, 404);
    const wrong = await fetch(`${url}/v1/conversations/${id}/stream?lastEventId=abc`, { headers: KEYS });
    assert.equal(wrong.status, 422);
    assert.deepEqual(
      ((await wrong.json()) as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer),
      ['/lastEventId'],
    );
  });

  await t.test('it ends when the conversation is erased, and is not there afterwards', async () => {
    const id = await begin(stage);
    const reader = await open(id);
    assert.equal((await fetch(`${url}/v1/conversations/${id}`, { method: 'DELETE', headers: KEYS })).status, 204);
    await reader.ended;
    assert.equal((await fetch(`${url}/v1/conversations/${id}/stream`, { headers: KEYS })).status, 404);
  });

  await t.test('two hundred readers all get everything, in bounded time and memory', async () => {
    const id = await begin(stage);
    const memory = async () => {
      const status = await readFile(`/proc/${pid}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
    };
    const before = await memory();
    const readers = await Promise.all(Array.from({ length: 200 }, () => open(id)));
    const TEXTS = Array.from({ length: 20 }, (_, n) => `${n} ${'x'.repeat(1_000)}`);
    const since = Date.now();
    for (const text of TEXTS) await say(stage, id, text);
    await Promise.all(readers.map((reader) => reader.waitFor(hasText(TEXTS.at(-1) ?? ''))));
    t.diagnostic(
      `${Date.now() - since} ms for 20 messages to 200 readers; ${Math.round((await memory()) - before)} MB more`,
    );
    for (const reader of readers) assert.deepEqual(textsOf(reader), TEXTS);
    assert.ok((await memory()) - before < 60, `${before} MB before, ${await memory()} MB after`);
    for (const reader of readers) reader.cut();
  });

  await t.test('it ends with a hint when we shut down', async () => {
    const id = await begin(stage);
    const reader = await open(id);
    await stage.running()[0]?.kill('SIGTERM');
    await reader.ended;
    assert.match(reader.blocks.at(-1) ?? '', /^retry: \d+$/);
  });
});
