/** Telegram's variables. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { createTelegram } from '#adapters/telegram/index.ts';
import { readConfig } from '#adapters/telegram/config.ts';
import { ConfigError } from '#src/errors.ts';
import { keepLog } from '#test/keep-log.ts';
import { makeChannel } from './bot.ts';

const TOKEN = '123456789:AAF_x-y';

test('without a token there is no channel', async () => {
  const env = { TELEGRAM_API_ROOT: 'http://127.0.0.1:8081', TELEGRAM_BOT_TOKEN: ' ' };
  assert.equal(await createTelegram(env, { log: keepLog(), commands: [] }), undefined);
});

test('the account is the bot id, and all else has a default', () => {
  assert.deepEqual(readConfig({ TELEGRAM_BOT_TOKEN: TOKEN }), {
    token: TOKEN,
    account: '123456789',
    apiRoot: 'https://api.telegram.org',
    sendRate: 30,
    chatRate: 1,
  });
});

test('a final slash of the API root is put right', () => {
  const config = readConfig({ TELEGRAM_BOT_TOKEN: TOKEN, TELEGRAM_API_ROOT: 'http://127.0.0.1:8081/base//' });
  assert.equal(config?.apiRoot, 'http://127.0.0.1:8081/base');
});

test('each wrong variable is named, and the token is not repeated', () => {
  const env = {
    TELEGRAM_BOT_TOKEN: 'secret without digits',
    TELEGRAM_API_ROOT: 'ftp://nowhere',
    TELEGRAM_WEBHOOK_SECRET: 'not allowed!',
    TELEGRAM_SEND_RATE: '0',
    TELEGRAM_CHAT_RATE: 'often',
  };
  assert.throws(
    () => readConfig(env),
    (error: unknown) => {
      assert.ok(error instanceof ConfigError);
      for (const name of Object.keys(env)) assert.match(error.message, new RegExp(name));
      assert.doesNotMatch(error.message, /without digits/);
      return true;
    },
  );
});

test('a webhook secret without a bot is half a configuration', () => {
  assert.throws(() => readConfig({ TELEGRAM_WEBHOOK_SECRET: 'abc' }), /TELEGRAM_BOT_TOKEN/);
});

test('the pace keeps to what Telegram allows: a group takes 20 in any minute, bursts counted in', async () => {
  const { pace } = await makeChannel({ TELEGRAM_BOT_TOKEN: TOKEN, TELEGRAM_SEND_RATE: '10' });
  assert.deepEqual(pace?.account, { perSecond: 10, burst: 20 });
  assert.deepEqual(pace?.direct, { perSecond: 1, burst: 20 });
  assert.equal((pace?.group.burst ?? 0) + 60 * (pace?.group.perSecond ?? 0), 20);
});

test('there is a webhook only where both the secret and our address are known', async () => {
  const bot = { TELEGRAM_BOT_TOKEN: TOKEN };
  const withSecret = { ...bot, TELEGRAM_WEBHOOK_SECRET: 'abc' };
  const outside = { publicUrl: 'https://a.example' };
  const hasWebhook = async (...[env, ports]: Parameters<typeof makeChannel>) =>
    'receive' in (await makeChannel(env, ports));
  assert.equal(await hasWebhook(withSecret), false);
  assert.equal(await hasWebhook(bot, outside), false);
  assert.equal(await hasWebhook(withSecret, outside), true);
});
