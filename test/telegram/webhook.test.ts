/** The way in by webhook: registered by us, proved by the secret, answered when it is stored. */
import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { buffer } from 'node:stream/consumers';
import test from 'node:test';
import type { TestContext } from 'node:test';
import type { Channel, Emit, WebhookRequest } from '#src/channel.ts';
import { BridgeError } from '#src/errors.ts';
import { startHost } from '#test/standins/host.ts';
import { startTelegram } from '#test/standins/telegram/index.ts';
import type { TelegramStandin } from '#test/standins/telegram/index.ts';
import { listenTo, makeChannel } from './bot.ts';

const SECRET = 'a-Secret_1';
const HEADER = 'x-telegram-bot-api-secret-token';

/** The HTTP layer, as small as can be. */
async function serve(t: TestContext, take: (request: WebhookRequest) => Promise<number>): Promise<string> {
  const answer: RequestListener = (request, response) => {
    void buffer(request)
      .then((body) => take({ headers: request.headers, body }))
      .then((status) => response.writeHead(status).end());
  };
  const host = await startHost(answer);
  t.after(() => host.down());
  return host.origin;
}

function makeWebhookChannel(telegram: TelegramStandin, publicUrl: string): Promise<Channel> {
  const env = {
    TELEGRAM_BOT_TOKEN: telegram.token,
    TELEGRAM_API_ROOT: telegram.apiRoot,
    TELEGRAM_WEBHOOK_SECRET: SECRET,
  };
  return makeChannel(env, { publicUrl });
}

async function startTelegramFor(t: TestContext): Promise<TelegramStandin> {
  const telegram = await startTelegram();
  t.after(() => telegram.stop());
  return telegram;
}

const nothing: Emit = async () => {
  throw new Error('Nothing was to be stored.');
};

test('Telegram is told our address and the secret, and brings what people say', async (t) => {
  const telegram = await startTelegramFor(t);
  const channel = Promise.withResolvers<Channel>();
  const stored: unknown[] = [];
  const origin = await serve(t, async (request) => {
    const result = await (await channel.promise).receive?.(request, async (batch) => void stored.push(...batch));
    return result?.status ?? 404;
  });
  channel.resolve(await makeWebhookChannel(telegram, origin));
  const listening = listenTo(t, await channel.promise);
  await listening.reported('ready');
  const anna = telegram.person();
  telegram.say({ from: anna, text: 'hello' });
  await telegram.waitFor(() => telegram.pending === 0);
  assert.partialDeepStrictEqual(stored, [{ kind: 'message', text: 'hello' }]);
  assert.deepEqual(telegram.callsOf('setWebhook')[0]?.payload, {
    url: `${origin}/webhooks/telegram`,
    secret_token: SECRET,
    allowed_updates: ['message', 'edited_message', 'my_chat_member'],
    drop_pending_updates: false,
  });
  assert.equal(telegram.count('getUpdates'), 0);
});

test('what cannot be stored is not acknowledged, and comes again', async (t) => {
  const telegram = await startTelegramFor(t);
  const channel = Promise.withResolvers<Channel>();
  const tries: number[] = [];
  const origin = await serve(t, async (request) => {
    const store = async () => {
      tries.push(tries.length);
      if (tries.length < 3) throw new BridgeError('store_away', 'The store is away.', { status: 503 });
    };
    try {
      return (await (await channel.promise).receive?.(request, store))?.status ?? 404;
    } catch (error) {
      return error instanceof BridgeError ? error.status : 500;
    }
  });
  channel.resolve(await makeWebhookChannel(telegram, origin));
  listenTo(t, await channel.promise);
  telegram.say({ from: telegram.person(), text: 'hello' });
  await telegram.waitFor(() => telegram.pending === 0);
  assert.equal(tries.length, 3);
});

test('the webhook stays registered when we stop: other processes receive too', async (t) => {
  const telegram = await startTelegramFor(t);
  const channel = await makeWebhookChannel(telegram, 'http://127.0.0.1:9');
  const listening = listenTo(t, channel);
  await listening.reported('ready');
  await listening.stop();
  assert.equal(telegram.count('deleteWebhook'), 0);
});

for (const [what, headers] of [
  ['without the secret', {}],
  ['with a wrong secret', { [HEADER]: 'a-Secret_2' }],
  ['with a shorter secret', { [HEADER]: 'a' }],
  ['with the secret twice', { [HEADER]: [SECRET, SECRET] }],
] as const) {
  test(`a call ${what} is refused`, async (t) => {
    const channel = await makeWebhookChannel(await startTelegramFor(t), 'http://127.0.0.1:9');
    const request = { headers: headers as WebhookRequest['headers'], body: Buffer.from('{"update_id":1}') };
    await assert.rejects(async () => channel.receive?.(request, nothing), { name: 'SignatureError', status: 401 });
  });
}

for (const body of ['', 'hello', '[]', '"text"', 'null', '{"update_id":1']) {
  test(`a call with ${JSON.stringify(body)} is no update`, async (t) => {
    const channel = await makeWebhookChannel(await startTelegramFor(t), 'http://127.0.0.1:9');
    const request = { headers: { [HEADER]: SECRET }, body: Buffer.from(body) };
    await assert.rejects(async () => channel.receive?.(request, nothing), { name: 'InvalidError', status: 400 });
  });
}

test('a process that does not listen receives all the same', async (t) => {
  const telegram = await startTelegramFor(t);
  const channel = await makeWebhookChannel(telegram, 'http://127.0.0.1:9');
  const group = { id: -100, type: 'supergroup', title: 'Team' };
  const message = {
    message_id: 7,
    date: 1_700_000_000,
    chat: group,
    from: { id: 5, is_bot: false, first_name: 'Anna' },
    text: `@${telegram.username} hello`,
    entities: [{ type: 'mention', offset: 0, length: telegram.username.length + 1 }],
  };
  const stored: unknown[] = [];
  const request = { headers: { [HEADER]: SECRET }, body: Buffer.from(JSON.stringify({ update_id: 1, message })) };
  const result = await channel.receive?.(request, async (batch) => void stored.push(...batch));
  assert.deepEqual(result, { status: 200 });
  assert.partialDeepStrictEqual(stored, [{ text: 'hello', addressedBy: 'mention' }]);
});

test('as long as Telegram cannot say who we are, nothing is acknowledged', async (t) => {
  const telegram = await startTelegramFor(t);
  const channel = await makeWebhookChannel(telegram, 'http://127.0.0.1:9');
  await telegram.down();
  const request = { headers: { [HEADER]: SECRET }, body: Buffer.from('{"update_id":1}') };
  await assert.rejects(async () => channel.receive?.(request, nothing), { name: 'UnavailableError', status: 503 });
});
