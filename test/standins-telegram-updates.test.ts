/** How the Telegram stand-in gives updates, asked through the real grammY. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { Api, Bot, type GrammyError } from 'grammy';
import type { Update } from 'grammy/types';
import { startTelegram, type TelegramOptions, type TelegramStandin } from './standins/telegram/index.ts';

/** grammY's own name for the global `AbortSignal`. */
type Signal = Parameters<Api['getMe']>[0];

async function start(t: TestContext, options: TelegramOptions = {}): Promise<{ telegram: TelegramStandin; api: Api }> {
  const telegram = await startTelegram(options);
  t.after(() => telegram.stop());
  return { telegram, api: new Api(telegram.token, { apiRoot: telegram.apiRoot }) };
}

const texts = (updates: Update[]): (string | undefined)[] => updates.map(({ message }) => message?.text);
const nextOf = (updates: Update[]): number => (updates.at(-1)?.update_id ?? 0) + 1;

test('grammY itself runs on it: start, answer, stop', async (t) => {
  const { telegram } = await start(t);
  const bot = new Bot(telegram.token, { client: { apiRoot: telegram.apiRoot } });
  bot.on('message:text', (context) => context.reply(`You said ${context.msg.text}`));
  const running = bot.start();
  await telegram.waitFor(() => telegram.isPolled);
  telegram.say({ from: telegram.person(), text: 'hello' });
  assert.equal((await telegram.waitFor(() => telegram.sent[0])).text, 'You said hello');
  await bot.stop();
  await running;
  assert.equal(telegram.pending, 0);
});

test('what is not confirmed by a higher offset comes again', async (t) => {
  const { telegram, api } = await start(t);
  const anna = telegram.person();
  for (const text of ['one', 'two', 'three']) telegram.say({ from: anna, text });
  const batch = await api.getUpdates({ limit: 2 });
  assert.deepEqual(texts(batch), ['one', 'two']);
  assert.deepEqual(texts(await api.getUpdates({ offset: batch[0]?.update_id ?? 0, limit: 2 })), ['one', 'two']);
  assert.deepEqual(texts(await api.getUpdates({ offset: nextOf(batch) })), ['three']);
  assert.deepEqual(texts(await api.getUpdates()), ['three']);
});

test('a negative offset forgets all but the last', async (t) => {
  const { telegram, api } = await start(t);
  const anna = telegram.person();
  for (const text of ['one', 'two', 'three']) telegram.say({ from: anna, text });
  assert.deepEqual(texts(await api.getUpdates({ offset: -1 })), ['three']);
  assert.equal(telegram.pending, 1);
});

test('confirmed updates can be given once more under the same ids', async (t) => {
  const { telegram, api } = await start(t);
  const anna = telegram.person();
  telegram.say({ from: anna, text: 'one' });
  telegram.say({ from: anna, text: 'two' });
  const batch = await api.getUpdates();
  await api.getUpdates({ offset: nextOf(batch) });
  telegram.redeliverAll();
  const again = await api.getUpdates({ offset: nextOf(batch) });
  assert.deepEqual(again, batch);
  assert.deepEqual(await api.getUpdates({ offset: nextOf(again) }), []);
});

test('a long poll is answered as soon as something comes', async (t) => {
  const { telegram, api } = await start(t);
  const poll = api.getUpdates({ timeout: 30 });
  await telegram.waitFor(() => telegram.isPolled);
  telegram.say({ from: telegram.person(), text: 'hello' });
  assert.deepEqual(texts(await poll), ['hello']);
});

test('a client that hangs up its poll loses nothing', async (t) => {
  const { telegram, api } = await start(t);
  const leaving = new AbortController();
  const poll = api.getUpdates({ timeout: 30 }, leaving.signal as Signal);
  await telegram.waitFor(() => telegram.isPolled);
  leaving.abort();
  await assert.rejects(poll);
  await telegram.waitFor(() => !telegram.isPolled);
  telegram.say({ from: telegram.person(), text: 'hello' });
  assert.deepEqual(texts(await api.getUpdates()), ['hello']);
});

test('a second poll ends the first by 409 and goes on', async (t) => {
  const { telegram, api } = await start(t);
  const first = api.getUpdates({ timeout: 30 });
  const ended = assert.rejects(first, (error: GrammyError) => {
    assert.equal(error.error_code, 409);
    assert.match(error.description, /^Conflict: terminated by other getUpdates request/);
    return true;
  });
  await telegram.waitFor(() => telegram.isPolled);
  const second = api.getUpdates({ timeout: 30 });
  await ended;
  telegram.say({ from: telegram.person(), text: 'hello' });
  assert.deepEqual(texts(await second), ['hello']);
});

test('only the kinds that are asked for come, until asked otherwise', async (t) => {
  const { telegram, api } = await start(t);
  const anna = telegram.person();
  await api.getUpdates({ allowed_updates: ['edited_message'] });
  const message = telegram.say({ from: anna, text: 'one' });
  telegram.edit(message, { text: 'two' });
  telegram.push({ nobody_knows: { what: 'this is' } });
  await api.getUpdates({ allowed_updates: [] });
  telegram.push({ message_reaction: { chat: message.chat } });
  const updates = await api.getUpdates();
  assert.deepEqual(
    updates.map((update) => Object.keys(update)[1]),
    ['edited_message', 'nobody_knows'],
  );
  assert.equal(updates[0]?.edited_message?.text, 'two');
  assert.equal(typeof updates[0]?.edited_message?.edit_date, 'number');
});

test('updates are kept for a day and no longer', async (t) => {
  let now = Date.now();
  const { telegram, api } = await start(t, { now: () => now });
  telegram.say({ from: telegram.person(), text: 'old' });
  now += 12 * 3600 * 1000;
  telegram.say({ from: telegram.person(), text: 'new' });
  now += 13 * 3600 * 1000;
  assert.deepEqual(texts(await api.getUpdates()), ['new']);
});

test('an edit, a command and a channel post look as they do on Telegram', async (t) => {
  const { telegram, api } = await start(t);
  telegram.say({ from: telegram.person(), text: '/new@standin_bot ask @anna' });
  telegram.say({ chat: telegram.group({ type: 'channel' }), text: 'news' });
  const [command, post] = await api.getUpdates();
  assert.deepEqual(command?.message?.entities, [
    { type: 'bot_command', offset: 0, length: 16 },
    { type: 'mention', offset: 21, length: 5 },
  ]);
  assert.equal(post?.channel_post?.text, 'news');
  assert.equal(post?.channel_post?.from, undefined);
});

interface Receiver {
  url: string;
  got: { update: Update; headers: IncomingHttpHeaders }[];
  /** Status codes to answer with before 200s. */
  answers: number[];
}

async function startReceiver(t: TestContext, onUpdate: () => void = () => undefined): Promise<Receiver> {
  const receiver: Receiver = { url: '', got: [], answers: [] };
  const server = createServer((request, response) => {
    void request.toArray().then((chunks: Buffer[]) => {
      receiver.got.push({ update: JSON.parse(Buffer.concat(chunks).toString()) as Update, headers: request.headers });
      response.writeHead(receiver.answers.shift() ?? 200).end();
      onUpdate();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => (server.close(), server.closeAllConnections()));
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return receiver;
}

test('a webhook gets the updates with its secret, and polling is over', async (t) => {
  const { telegram, api } = await start(t);
  const receiver = await startReceiver(t);
  telegram.say({ from: telegram.person(), text: 'one' });
  await api.setWebhook(receiver.url, { secret_token: 'sesame' });
  await telegram.waitFor(() => telegram.pending === 0);
  assert.equal(receiver.got[0]?.update.message?.text, 'one');
  assert.equal(receiver.got[0]?.headers['x-telegram-bot-api-secret-token'], 'sesame');
  await assert.rejects(api.getUpdates(), { error_code: 409 });
  assert.equal((await api.getWebhookInfo()).url, receiver.url);
  await api.deleteWebhook();
  assert.deepEqual(await api.getUpdates(), []);
});

test('a webhook that fails is tried again, one update after the other in each chat', async (t) => {
  const { telegram, api } = await start(t, { webhookRetryMs: 1 });
  const receiver = await startReceiver(t);
  receiver.answers.push(500, 503, 500);
  const anna = telegram.person();
  telegram.say({ from: anna, text: 'one' });
  telegram.say({ from: anna, text: 'two' });
  await api.setWebhook(receiver.url);
  await telegram.waitFor(() => telegram.pending === 0);
  assert.deepEqual(texts(receiver.got.map(({ update }) => update)), ['one', 'one', 'one', 'one', 'two']);
  const info = await api.getWebhookInfo();
  assert.equal(info.last_error_message, 'Wrong response from the webhook: 500 Internal Server Error');
});

test('a chat whose updates fail does not hold up another', async (t) => {
  const { telegram, api } = await start(t, { webhookRetryMs: 60_000 });
  const receiver = await startReceiver(t);
  receiver.answers.push(500, 500);
  await api.setWebhook(receiver.url);
  telegram.say({ from: telegram.person(), text: 'stuck' });
  await telegram.waitFor(() => receiver.got.length === 2);
  telegram.say({ from: telegram.person(), text: 'free' });
  await telegram.waitFor(() => telegram.pending === 1);
  assert.deepEqual(texts(receiver.got.map(({ update }) => update)), ['stuck', 'stuck', 'free']);
});

test('pending updates can be dropped when the webhook is set', async (t) => {
  const { telegram, api } = await start(t);
  telegram.say({ from: telegram.person(), text: 'one' });
  await api.deleteWebhook({ drop_pending_updates: true });
  assert.deepEqual(await api.getUpdates(), []);
});
