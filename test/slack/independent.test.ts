/**
 * The same adapter against a Slack that we did not write: the npm package `emulate`. It has no Socket Mode and no
 * `users.conversations`, and its own events go to addresses that only its configuration knows, so they are signed and
 * posted by us.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { TestContext } from 'node:test';
import { createEmulator } from 'emulate';
import type { Channel, WebhookRequest } from '#src/channel.ts';
import { encode, sign } from '#test/standins/slack/deliver.ts';
import { readManifest } from '#test/standins/slack/manifest.ts';
import { createStore, makeChannel } from './app.ts';

const TOKEN = 'xoxb-1001-2002-independent';
const SECRET = 'independent-secret';
const soon = () => AbortSignal.timeout(10_000);

interface Emulated {
  channel: Channel;
  call: (method: string, args: Record<string, string>) => Promise<Record<string, unknown>>;
}

async function start(t: TestContext): Promise<Emulated> {
  const scopes = readManifest().oauth_config.scopes.bot;
  const seed = {
    slack: {
      users: [{ name: 'anna', real_name: 'Anna Müller' }],
      channels: [{ name: 'general' }],
      strict_scopes: true,
      signing_secret: SECRET,
      oauth_apps: [
        {
          client_id: '1.2',
          client_secret: 's',
          app_id: 'A1',
          name: 'pantheon',
          redirect_uris: [],
          scopes,
          bot_name: 'pantheon',
        },
      ],
      tokens: [{ token: TOKEN, type: 'bot', user: 'pantheon', scopes, app_id: 'A1' }],
    },
  };
  const emulator = await createEmulator({ service: 'slack', port: 0, seed });
  t.after(() => emulator.close());
  const channel = await makeChannel({
    SLACK_BOT_TOKEN: TOKEN,
    SLACK_SIGNING_SECRET: SECRET,
    SLACK_API_URL: `${emulator.url}/api`,
  });
  return {
    channel,
    async call(method, args) {
      const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/x-www-form-urlencoded' };
      const body = new URLSearchParams(args).toString();
      const answer = await fetch(`${emulator.url}/api/${method}`, { method: 'POST', headers, body });
      const fields = (await answer.json()) as Record<string, unknown>;
      assert.equal(fields['ok'], true, `${method}: ${JSON.stringify(fields)}`);
      return fields;
    },
  };
}

function signed(payload: object): WebhookRequest {
  const { type, body } = encode('events_api', payload);
  const headers = { 'content-type': type, ...sign(SECRET, body, Math.floor(Date.now() / 1000)) };
  return { headers, body: Buffer.from(body) };
}

test('a question comes in, the answer goes out, grows, is found again, and is taken back', async (t) => {
  const { channel, call } = await start(t);
  const { members } = (await call('users.list', {})) as { members: { id: string; name: string }[] };
  const anna = members.find(({ name }) => name === 'anna')?.id ?? '';
  const { channel: home } = (await call('conversations.open', { users: anna })) as { channel: { id: string } };
  const told = createStore();
  const event = {
    type: 'message',
    channel: home.id,
    channel_type: 'im',
    user: anna,
    text: 'hello',
    ts: '1790000000.000100',
    event_ts: '1790000000.000100',
  };
  await channel.receive?.(signed({ type: 'event_callback', event_id: 'Ev1', event }), told.emit);
  const [said] = told.stored;
  assert.partialDeepStrictEqual(said, { text: 'hello', addressedBy: 'direct', from: { externalIds: [anna] } });
  assert.ok(said?.kind === 'message' && said.from.name !== '');

  const [text = ''] = channel.format('**Hello** Anna');
  const part = { chat: said.chat, text, key: 'k1' };
  const { externalId } = await channel.send(part, soon());
  const history = async () =>
    (await call('conversations.history', { channel: home.id })) as { messages: { ts: string; text: string }[] };
  assert.partialDeepStrictEqual(await history(), { messages: [{ ts: externalId, text: 'Hello Anna' }] });
  assert.deepEqual(await channel.lookUp?.(part, new Date(Date.now() - 20_000), soon()), { externalId });
  assert.equal(await channel.lookUp?.({ ...part, key: 'k2' }, new Date(Date.now() - 20_000), soon()), 'absent');

  const preview = channel.preview?.(said.chat);
  assert.ok(preview?.kind === 'edit');
  await preview.edit(externalId, 'Hello Anna, and more', soon());
  assert.partialDeepStrictEqual(await history(), { messages: [{ ts: externalId, text: 'Hello Anna, and more' }] });
  await preview.remove(externalId, soon());
  assert.deepEqual((await history()).messages, []);
});

test('a chat that is not there is refused for good', async (t) => {
  const { channel } = await start(t);
  const chat = { account: channel.account, externalId: 'C0NOWHERE', threadId: '', kind: 'group' } as const;
  await assert.rejects(channel.send({ chat, text: 'x', key: 'k' }, soon()), {
    name: 'RejectedError',
    code: 'channel_not_found',
  });
});
