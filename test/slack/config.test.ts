/** Slack's variables. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { readConfig } from '#adapters/slack/config.ts';
import { createSlack } from '#adapters/slack/index.ts';
import { ConfigError } from '#src/errors.ts';
import { keepLog } from '#test/keep-log.ts';
import { makeChannel } from './app.ts';

const BOT = { SLACK_BOT_TOKEN: 'xoxb-11-22-secret' };
const SOCKET = { ...BOT, SLACK_APP_TOKEN: 'xapp-1-A1-33-secret' };
const HTTP = { ...BOT, SLACK_SIGNING_SECRET: 'abc' };

test('without a token there is no channel', async () => {
  const env = { SLACK_API_URL: 'http://127.0.0.1:8081/api/', SLACK_BOT_TOKEN: ' ' };
  assert.equal(await createSlack(env, { log: keepLog(), commands: [] }), undefined);
});

test('the account is what is no secret of the token, and all else has a default', () => {
  assert.deepEqual(readConfig(SOCKET), {
    botToken: 'xoxb-11-22-secret',
    account: '11-22',
    appToken: 'xapp-1-A1-33-secret',
    apiUrl: 'https://slack.com/api/',
    chatRate: 1,
  });
  assert.equal(readConfig({ ...SOCKET, SLACK_BOT_TOKEN: 'xoxb-anything' })?.account, 'app');
});

test('a final slash of the address is put right', () => {
  for (const url of ['http://a.example/api', 'http://a.example/api/', 'http://a.example/api//']) {
    assert.equal(readConfig({ ...SOCKET, SLACK_API_URL: url })?.apiUrl, 'http://a.example/api/');
  }
});

test('half a configuration names the other half', () => {
  const cases: [Record<string, string>, RegExp][] = [
    [BOT, /SLACK_APP_TOKEN.*SLACK_SIGNING_SECRET/],
    [{ SLACK_APP_TOKEN: SOCKET.SLACK_APP_TOKEN }, /SLACK_APP_TOKEN is set, but SLACK_BOT_TOKEN/],
    [{ SLACK_SIGNING_SECRET: 'abc' }, /SLACK_SIGNING_SECRET is set, but SLACK_BOT_TOKEN/],
    [{ ...HTTP, SLACK_ACCESS: 'allowlist' }, /SLACK_ALLOWLIST/],
    [{ ...HTTP, SLACK_ALLOWLIST: 'U1' }, /SLACK_ACCESS/],
    [{ ...HTTP, SLACK_ACCESS: 'pairing' }, /SLACK_ACCESS must be open or allowlist/],
  ];
  for (const [env, message] of cases) assert.throws(() => readConfig(env), { name: 'ConfigError', message });
});

test('each wrong variable is named, and no token is repeated', () => {
  const env = {
    SLACK_BOT_TOKEN: 'xoxp-a-secret',
    SLACK_APP_TOKEN: 'xoxb-a-secret',
    SLACK_API_URL: 'ftp://nowhere',
    SLACK_ALLOWLIST: 'anna',
    SLACK_SEND_RATE: '0',
    SLACK_CHAT_RATE: 'often',
  };
  assert.throws(
    () => readConfig(env),
    (error: unknown) => {
      assert.ok(error instanceof ConfigError);
      for (const name of Object.keys(env)) assert.match(error.message, new RegExp(name));
      assert.doesNotMatch(error.message, /secret/);
      return true;
    },
  );
});

test('HTTP calls are answered where there is a signing secret, also beside a socket', async () => {
  assert.equal('receive' in (await makeChannel(SOCKET)), false);
  assert.equal('receive' in (await makeChannel(HTTP)), true);
  assert.equal('receive' in (await makeChannel({ ...SOCKET, ...HTTP })), true);
});

test('a chat is paced at one a second, all chats together only when it is wished', async () => {
  const free = await makeChannel(SOCKET);
  assert.deepEqual(free.pace?.direct, { perSecond: 1, burst: 5 });
  assert.deepEqual(free.pace?.group, { perSecond: 1, burst: 5 });
  assert.equal((free.pace?.account.perSecond ?? 0) > 1000, true);
  const slow = await makeChannel({ ...SOCKET, SLACK_SEND_RATE: '2.5', SLACK_CHAT_RATE: '0.5' });
  assert.deepEqual(slow.pace?.account, { perSecond: 2.5, burst: 5 });
  assert.equal(slow.pace?.direct.perSecond, 0.5);
});
