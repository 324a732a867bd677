/** Discord's variables. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { readConfig } from '#adapters/discord/config.ts';
import { createDiscord } from '#adapters/discord/index.ts';
import { ConfigError } from '#src/errors.ts';
import { keepLog } from '#test/keep-log.ts';
import { listening, makeChannel, startBot, textsOf } from './bot.ts';

const ID = '1457469483726668048';
const TOKEN = `${Buffer.from(ID).toString('base64').replaceAll('=', '')}.GaBcDe.x-y_z0`;

test('without a token there is no channel', async () => {
  assert.equal(await createDiscord({}, { log: keepLog(), commands: [] }), undefined);
  assert.equal(await createDiscord({ DISCORD_BOT_TOKEN: ' ' }, { log: keepLog(), commands: [] }), undefined);
});

test('a token is enough, and tells whose it is', () => {
  assert.deepEqual(readConfig({ DISCORD_BOT_TOKEN: ` ${TOKEN} ` }), {
    token: TOKEN,
    account: ID,
    apiUrl: 'https://discord.com/api',
    sendRate: 50,
    chatRate: 1,
  });
});

test('a token of another make names its account, too, and always the same', () => {
  const { account } = readConfig({ DISCORD_BOT_TOKEN: 'local-bot' }) ?? {};
  assert.match(account ?? '', /^[\da-f]{16}$/);
  assert.equal(readConfig({ DISCORD_BOT_TOKEN: 'local-bot' })?.account, account);
});

test('the address is put right, whatever slashes it ends in', () => {
  for (const url of ['http://127.0.0.1:7/api', 'http://127.0.0.1:7/api/', 'http://127.0.0.1:7/api//'])
    assert.equal(readConfig({ DISCORD_BOT_TOKEN: TOKEN, DISCORD_API_URL: url })?.apiUrl, 'http://127.0.0.1:7/api');
});

const WRONG: [string, Record<string, string>, RegExp][] = [
  ['a token that is none', { DISCORD_BOT_TOKEN: 'a b' }, /DISCORD_BOT_TOKEN.*page Bot/],
  ['an address with a version', { DISCORD_API_URL: 'http://a.example/api/v10' }, /DISCORD_API_URL must end in \/api/],
  ['an address that is none', { DISCORD_API_URL: 'ftp://a.example/api' }, /DISCORD_API_URL must be an address/],
  ['pairing', { DISCORD_ACCESS: 'pairing' }, /DISCORD_ACCESS must be open or allowlist/],
  ['a list without the access', { DISCORD_ALLOWLIST: '1' }, /DISCORD_ACCESS=allowlist and DISCORD_ALLOWLIST/],
  ['the access without a list', { DISCORD_ACCESS: 'allowlist' }, /DISCORD_ACCESS=allowlist and DISCORD_ALLOWLIST/],
  [
    'names in the list',
    { DISCORD_ACCESS: 'allowlist', DISCORD_ALLOWLIST: 'anna' },
    /DISCORD_ALLOWLIST must be user ids/,
  ],
  ['a rate of nothing', { DISCORD_SEND_RATE: '0' }, /DISCORD_SEND_RATE/],
];

for (const [what, env, message] of WRONG) {
  test(`${what} stops the start with a sentence that names the variable`, () => {
    assert.throws(
      () => readConfig({ DISCORD_BOT_TOKEN: TOKEN, ...env }),
      (error) => error instanceof ConfigError && message.test(error.message) && !error.message.includes(TOKEN),
    );
  });
}

test('the pace follows the variables', async () => {
  const env = { DISCORD_BOT_TOKEN: TOKEN, DISCORD_SEND_RATE: '10', DISCORD_CHAT_RATE: '0.5' };
  const chat = { perSecond: 0.2, burst: 2 };
  const { pace } = await makeChannel(env);
  assert.deepEqual(pace, { account: { perSecond: 6, burst: 2 }, direct: chat, group: chat });
});

test('with a list only those on it are listened to, their commands included', async (t) => {
  const allowed = '5000000000000000001';
  const { discord, channel } = await startBot(t, {
    env: { DISCORD_ACCESS: 'allowlist', DISCORD_ALLOWLIST: `7, ${allowed}` },
  });
  const [anna, ben] = [discord.person({ id: allowed }), discord.person()];
  const line = await listening(t, channel);
  discord.say({ from: ben, content: 'from a stranger' });
  discord.choose({ from: ben, name: 'help' });
  discord.say({ from: anna, content: 'hello' });
  discord.choose({ from: anna, name: 'list' });
  assert.deepEqual(textsOf(await line.has(2)), ['hello', '/list']);
  await discord.waitFor(() => discord.interactions[1]?.state === 'thinking');
  assert.equal(discord.interactions[0]?.state, 'new');
});
