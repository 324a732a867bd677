/** The Discord stand-in is as strict as Discord, seen by plain HTTP and by discord.js's own whole client. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { Client, GatewayIntentBits, Partials } from 'discord.js';
import type { Message } from 'discord.js';
import { startDiscord, type DiscordStandin } from './standins/discord/index.ts';

async function start(t: TestContext, now?: () => number): Promise<DiscordStandin> {
  const discord = await startDiscord(now ? { now } : {});
  t.after(() => discord.stop());
  return discord;
}

/** Calls the API as any program would. */
async function call(discord: DiscordStandin, method: string, path: string, body?: object, token = discord.token) {
  const response = await fetch(`${discord.apiUrl}/v10${path}`, {
    method,
    headers: { authorization: `Bot ${token}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
  };
}

test("discord.js's whole client hears, answers, edits and is told of what it did", async (t) => {
  const discord = await start(t);
  const general = discord.channel(discord.guild('Home'), { name: 'general' });
  const client = new Client({
    intents: [
      GatewayIntentBits.Guilds,
      GatewayIntentBits.GuildMessages,
      GatewayIntentBits.DirectMessages,
      GatewayIntentBits.MessageContent,
    ],
    partials: [Partials.Channel],
    rest: { api: discord.apiUrl },
  });
  t.after(() => client.destroy());
  const heard: string[] = [];
  const answered = Promise.withResolvers<void>();
  const answer = async (message: Message) => {
    heard.push(`${message.author.username}: ${message.content}`);
    if (message.author.bot) return;
    const said = await message.reply({ content: `to ${message.content}`, nonce: message.id, enforceNonce: true });
    if (message.inGuild()) await said.edit('changed').then(() => answered.resolve());
  };
  client.on('messageCreate', (message) => void answer(message).catch(answered.reject));
  await client.login(discord.token);
  await discord.waitFor(({ gateway }) => gateway.connected === 1);
  const anna = discord.person({ username: 'anna' });
  discord.say({ from: anna, content: 'directly' });
  await discord.waitFor(({ sent }) => sent.length === 1);
  discord.say({ from: anna, channel: general, content: 'in a server' });
  await answered.promise;
  assert.deepEqual(
    discord.messagesIn(general).map(({ content, type }) => [content, type]),
    [
      ['in a server', 0],
      ['changed', 19],
    ],
  );
  assert.deepEqual(heard.toSorted(), [
    'Standin: to directly',
    'Standin: to in a server',
    'anna: directly',
    'anna: in a server',
  ]);
});

test('a nonce makes one message where it is enforced, and is not told when the channel is read', async (t) => {
  const discord = await start(t);
  const { id } = discord.direct(discord.person());
  const say = (more: object) =>
    call(discord, 'POST', `/channels/${id}/messages`, { content: 'x', nonce: 'n', ...more });
  const first = await say({ enforce_nonce: true });
  assert.equal((await say({ enforce_nonce: true })).body['id'], first.body['id']);
  assert.notEqual((await say({})).body['id'], first.body['id']);
  discord.forgetNonces();
  assert.notEqual((await say({ enforce_nonce: true })).body['id'], first.body['id']);
  assert.equal(first.body['nonce'], 'n');
  const read = await call(discord, 'GET', `/channels/${id}/messages?limit=100`);
  assert.ok(Object.values(read.body).every((message) => !('nonce' in (message as object))));
});

test('a bucket takes five, tells so in its headers, and then the wait; time fills it again', async (t) => {
  let now = Date.now();
  const discord = await start(t, () => now);
  const { id } = discord.direct(discord.person());
  const say = () => call(discord, 'POST', `/channels/${id}/messages`, { content: 'x' });
  for (let left = 4; left >= 0; left -= 1) {
    const { status, headers } = await say();
    assert.deepEqual(
      [status, headers.get('x-ratelimit-limit'), headers.get('x-ratelimit-remaining')],
      [200, '5', String(left)],
    );
  }
  now += 1500;
  const refused = await say();
  assert.deepEqual([refused.status, refused.body['retry_after'], refused.headers.get('retry-after')], [429, 3.5, '4']);
  assert.equal(discord.violations, 1);
  now += 3500;
  assert.equal((await say()).status, 200);
});

test('fifty calls a second are taken in all, whatever they are for', async (t) => {
  const discord = await start(t, () => 1_790_000_000_000);
  for (let index = 0; index < 50; index += 1) assert.equal((await call(discord, 'GET', '/users/@me')).status, 200);
  const refused = await call(discord, 'GET', '/users/@me');
  assert.deepEqual(
    [refused.status, refused.body['global'], refused.headers.get('x-ratelimit-global')],
    [429, true, 'true'],
  );
});

const REFUSED: [string, object, number, number][] = [
  ['nothing', { content: ' ' }, 400, 50_006],
  ['2,001 characters', { content: 'x'.repeat(2001) }, 400, 50_035],
  ['a nonce of 26', { content: 'x', nonce: 'n'.repeat(26) }, 400, 50_035],
  ['an answer to nothing', { content: 'x', message_reference: { message_id: '1' } }, 400, 50_035],
];

for (const [what, body, status, code] of REFUSED) {
  test(`${what} is not said`, async (t) => {
    const discord = await start(t);
    const place = discord.direct(discord.person());
    const refusal = await call(discord, 'POST', `/channels/${place.id}/messages`, body);
    assert.deepEqual([refusal.status, refusal.body['code']], [status, code]);
    assert.deepEqual(discord.messagesIn(place), []);
  });
}

test('a page holds what lies next to where it begins, the newest first', async (t) => {
  const discord = await start(t);
  const place = discord.direct(discord.person());
  const all = Array.from({ length: 5 }, (_, index) =>
    discord.say({ from: discord.person(), channel: place, content: `${index}` }),
  );
  const { body } = await call(discord, 'GET', `/channels/${place.id}/messages?limit=2&after=${all[0]?.id}`);
  assert.deepEqual(
    Object.values(body).map((message) => (message as { content: string }).content),
    ['2', '1'],
  );
  place.canReadHistory = false;
  assert.deepEqual((await call(discord, 'GET', `/channels/${place.id}/messages`)).body, []);
});

test('a chosen command is answered once, and in time', async (t) => {
  let now = Date.now();
  const discord = await start(t, () => now);
  const choose = () => discord.choose({ from: discord.person(), name: 'help' });
  const answer = ({ id, token }: { id: string; token: string }, type: number) =>
    call(discord, 'POST', `/interactions/${id}/${token}/callback`, { type });
  const one = choose();
  assert.equal((await answer(one, 5)).status, 204);
  assert.equal((await answer(one, 5)).body['code'], 40_060);
  const late = choose();
  now += 3_001;
  assert.equal((await answer(late, 5)).body['code'], 10_062);
  now += 15 * 60_000;
  const original = `/webhooks/${discord.bot.id}/${one.token}/messages/@original`;
  assert.equal((await call(discord, 'PATCH', original, { content: 'x' })).body['code'], 10_015);
});

test('a stranger is refused, and what nobody knows is not there', async (t) => {
  const discord = await start(t);
  assert.equal((await call(discord, 'GET', '/users/@me', undefined, 'other')).status, 401);
  assert.equal((await call(discord, 'GET', '/moon')).status, 404);
});
