/** How the Telegram stand-in fails when it is told to, seen by the real grammY. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { Api, GrammyError, HttpError } from 'grammy';
import type { User } from 'grammy/types';
import { startTelegram, type TelegramOptions, type TelegramStandin } from './standins/telegram/index.ts';

/** grammY's own name for the global `AbortSignal`. */
type Signal = Parameters<Api['getMe']>[0];

interface Scene {
  telegram: TelegramStandin;
  api: Api;
  anna: User;
}

async function start(t: TestContext, options: TelegramOptions = {}): Promise<Scene> {
  const telegram = await startTelegram(options);
  t.after(() => telegram.stop());
  const anna = telegram.person();
  telegram.openChat(anna);
  return { telegram, anna, api: new Api(telegram.token, { apiRoot: telegram.apiRoot }) };
}

/** What the call rejects with. */
function failure(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => undefined,
    (error: unknown) => error,
  );
}

test('a 429 is a GrammyError that carries the wait, and nothing was sent', async (t) => {
  const { telegram, api, anna } = await start(t);
  telegram.faultNext('sendMessage', { status: 429, retry_after: 7 });
  const error = await failure(api.sendMessage(anna.id, 'x'));
  assert.ok(error instanceof GrammyError);
  assert.deepEqual([error.error_code, error.parameters], [429, { retry_after: 7 }]);
  assert.equal(error.description, 'Too Many Requests: retry after 7');
  assert.deepEqual(telegram.sent, []);
  assert.equal(telegram.count('sendMessage'), 1);
});

test('a fault is for its own method and for as many calls as ordered', async (t) => {
  const { telegram, api, anna } = await start(t);
  telegram.faultNext('sendMessage', { status: 500 }, 2);
  await api.getMe();
  for (let i = 0; i < 2; i++) await assert.rejects(api.sendMessage(anna.id, 'x'), { error_code: 500 });
  await api.sendMessage(anna.id, 'x');
  telegram.faultNext('*', { status: 500 });
  await api.getUpdates();
  await assert.rejects(api.getMe(), { error_code: 500 });
  assert.equal(telegram.sent.length, 1);
});

test('the HTML page of the front is an HttpError, and nothing was sent', async (t) => {
  const { telegram, api, anna } = await start(t);
  telegram.faultNext('sendMessage', 'html502');
  assert.ok((await failure(api.sendMessage(anna.id, 'x'))) instanceof HttpError);
  assert.deepEqual(telegram.sent, []);
});

test('a reset is an HttpError, before and after the message was accepted', async (t) => {
  const { telegram, api, anna } = await start(t);
  telegram.faultNext('sendMessage', 'reset');
  telegram.faultNext('sendMessage', 'acceptThenReset');
  for (const sent of [0, 1]) {
    const error = await failure(api.sendMessage(anna.id, 'x'));
    assert.ok(error instanceof HttpError);
    assert.equal((error.error as NodeJS.ErrnoException).code, 'ECONNRESET');
    assert.equal(telegram.sent.length, sent);
  }
});

for (const [fault, sent] of [
  ['hang', 0],
  ['acceptThenHang', 1],
] as const) {
  test(`${fault} never answers, until an AbortSignal ends it, and has accepted ${sent}`, async (t) => {
    const { telegram, api, anna } = await start(t);
    telegram.faultNext('sendMessage', fault);
    const leaving = new AbortController();
    const call = failure(api.sendMessage(anna.id, 'x', {}, leaving.signal as Signal));
    let hasEnded = false;
    void call.then(() => (hasEnded = true));
    await telegram.waitFor(() => telegram.count('sendMessage') === 1 && telegram.sent.length === sent);
    // An answer that had been written would be there before those of two later calls.
    for (let i = 0; i < 2; i++) await api.getMe();
    assert.equal(hasEnded, false);
    leaving.abort();
    assert.ok((await call) instanceof HttpError);
    assert.equal(telegram.sent.length, sent);
  });
}

test('a slow answer comes in the end', async (t) => {
  const { telegram, api, anna } = await start(t);
  telegram.faultNext('sendMessage', { slow: 30 });
  const before = performance.now();
  await api.sendMessage(anna.id, 'x');
  assert.ok(performance.now() - before >= 29);
});

test('down refuses and cuts connections, up is on the same port with the queue kept', async (t) => {
  const { telegram, api, anna } = await start(t);
  const poll = failure(api.getUpdates({ timeout: 30 }));
  await telegram.waitFor(() => telegram.isPolled);
  await telegram.down();
  assert.ok((await poll) instanceof HttpError);
  const error = await failure(api.getMe());
  assert.ok(error instanceof HttpError);
  assert.equal((error.error as NodeJS.ErrnoException).code, 'ECONNREFUSED');
  telegram.say({ from: anna, text: 'meanwhile' });
  await telegram.up();
  assert.equal((await api.getUpdates())[0]?.message?.text, 'meanwhile');
});

test('rates are enforced once they are set, each with its wait', async (t) => {
  let now = Date.now();
  const { telegram, api, anna } = await start(t, { now: () => now });
  const group = telegram.group();
  telegram.limits = { perSecond: 30, perChatPerSecond: 1, chatBurst: 2, perGroupPerMinute: 3 };
  const waitOf = async (chat: number): Promise<number | undefined> => {
    const error = await failure(api.sendMessage(chat, 'x'));
    return error instanceof GrammyError ? error.parameters.retry_after : undefined;
  };
  const waits = async (chat: number, times: number): Promise<(number | undefined)[]> => {
    const all: (number | undefined)[] = [];
    for (let i = 0; i < times; i++) all.push(await waitOf(chat));
    return all;
  };
  assert.deepEqual(await waits(anna.id, 3), [undefined, undefined, 1]);
  assert.deepEqual(await waits(group.id, 4), [undefined, undefined, undefined, 60]);
  now += 1000;
  assert.deepEqual(await waits(anna.id, 2), [undefined, 1]);
  now += 59_000;
  assert.deepEqual(await waits(group.id, 1), [undefined]);
  assert.equal(telegram.violations, 3);
});

test('a wait that is in vain says what there was instead', async (t) => {
  const { telegram, api, anna } = await start(t);
  await api.sendMessage(anna.id, 'something else');
  await assert.rejects(
    telegram.waitFor(() => telegram.sent.length === 2, 1),
    /Not so within 1 ms: .*sent\.length === 2; there is: 1 calls \(last sendMessage\), 1 sent \(last "something else"\)/,
  );
});

test('many sends at once are taken', async (t) => {
  const { telegram, api, anna } = await start(t);
  await Promise.all(Array.from({ length: 300 }, (_, i) => api.sendMessage(anna.id, `message ${i}`)));
  assert.equal(new Set(telegram.sent.map(({ message_id }) => message_id)).size, 300);
});
