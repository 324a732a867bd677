/** The same adapter against a Bot API server that we did not write: `telegram-test-api`. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import test from 'node:test';
import { TelegramServer } from 'telegram-test-api/lib/telegramServer.js';
import { listenTo, makeChannel } from './bot.ts';

/** Its bot has this id, whatever the token. */
const TOKEN = '666:independent';

/** It does not take port 0. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

test('a question comes in and the answer goes out, and a server without long polling is not hammered', async (t) => {
  const server = new TelegramServer({ port: await freePort(), host: '127.0.0.1' });
  await server.start();
  t.after(() => server.stop());
  let polls = 0;
  const getUpdates = server.getUpdates.bind(server);
  server.getUpdates = (token: string) => {
    polls += 1;
    return getUpdates(token);
  };
  const channel = await makeChannel({ TELEGRAM_BOT_TOKEN: TOKEN, TELEGRAM_API_ROOT: server.config.apiURL });
  const listening = listenTo(t, channel);
  await listening.reported('ready');
  const client = server.getClient(TOKEN, { userId: 5, chatId: 5, firstName: 'Anna' });
  const asked = server.waitUserMessage();
  await client.sendMessage(client.makeMessage('hello'));
  await asked;
  const said = await listening.said();
  assert.partialDeepStrictEqual(said, {
    kind: 'message',
    text: 'hello',
    addressedBy: 'direct',
    from: { name: 'Anna' },
  });
  assert.ok(polls <= 4, `${polls} polls`);
  const answered = server.waitBotMessage();
  const part = { chat: said.chat, text: '<b>Hello</b>, Anna', key: 'k1' };
  const sent = await channel.send(part, AbortSignal.timeout(5000));
  await answered;
  const { result } = await client.getUpdates();
  assert.partialDeepStrictEqual(result, [
    { messageId: Number(sent.externalId), message: { text: '<b>Hello</b>, Anna' } },
  ]);
});
