/** The way in over the gateway: it comes up, comes back, and says what it needs. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { startHost } from '#test/standins/host.ts';
import { chatIn, listening, listenTo, makeChannel, startBot, textsOf } from './bot.ts';

const never = new AbortController().signal;

test('what people say directly is stored, in order', async (t) => {
  const { discord, channel } = await startBot(t);
  const anna = discord.person({ username: 'anna', global_name: 'Anna M.' });
  const line = await listening(t, channel);
  const first = discord.say({ from: anna, content: 'one' });
  for (const content of ['two', 'three']) discord.say({ from: anna, content });
  assert.deepEqual(textsOf(await line.has(3)), ['one', 'two', 'three']);
  assert.deepEqual(line.stored[0], {
    kind: 'message',
    at: new Date(first.timestamp),
    chat: chatIn(channel, discord.direct(anna)),
    externalId: first.id,
    from: { externalIds: [anna.id], realm: '', name: 'Anna M.' },
    text: 'one',
    attachments: [],
    addressedBy: 'direct',
  });
  assert.deepEqual(
    line.reports.map(({ state }) => state),
    ['starting', 'ready'],
  );
});

test('only what is needed is asked for: servers, their messages, direct messages, and what they say', async (t) => {
  const { discord, channel } = await startBot(t);
  await listening(t, channel);
  assert.equal(discord.gateway.intents, (1 << 0) | (1 << 9) | (1 << 12) | (1 << 15));
});

test('in servers what is said to us is heard, with the name of its channel, and nothing else', async (t) => {
  const { discord, channel } = await startBot(t);
  const guild = discord.guild();
  const general = discord.channel(guild, { name: 'general' });
  const anna = discord.person();
  const line = await listening(t, channel);
  discord.say({ from: anna, channel: general, content: 'lunch?' });
  discord.say({ from: anna, channel: general, content: `<@${discord.bot.id}> hello` });
  discord.say({ from: anna, channel: general, content: `<@&${discord.roleOf(guild).id}> and you?` });
  const thread = discord.thread(general, 'plans');
  discord.say({ from: anna, channel: thread, content: 'what follows' });
  await line.has(3);
  const chat = chatIn(channel, general);
  assert.partialDeepStrictEqual(line.stored, [
    { text: 'hello', addressedBy: 'mention', chat },
    { text: 'and you?', addressedBy: 'mention', chat },
    { text: 'what follows', addressedBy: 'thread', chat: chatIn(channel, thread) },
  ]);
  assert.equal(line.stored.length, 3);
});

test('what follows in a thread that was begun at a message of ours is said to us, before and after a reconnect', async (t) => {
  const { discord, channel } = await startBot(t);
  const guild = discord.guild();
  const general = discord.channel(guild);
  const anna = discord.person();
  const line = await listening(t, channel);
  const { externalId } = await channel.send({ chat: chatIn(channel, general), text: 'Ours.', key: 'k1' }, never);
  const ours = discord.messagesIn(general).find(({ id }) => id === externalId);
  assert.ok(ours);
  const thread = discord.threadAt(ours, anna);
  discord.say({ from: anna, channel: thread, content: 'one' });
  const hers = discord.say({ from: anna, channel: general, content: 'lunch?' });
  discord.say({ from: anna, channel: discord.threadAt(hers, anna), content: 'two' });
  await line.has(2);
  discord.enter(guild);
  discord.say({ from: anna, channel: thread, content: 'three' });
  const heard = (await line.has(3)).map((one) => ('addressedBy' in one ? [one.text, one.addressedBy] : one));
  assert.deepEqual(heard, [
    ['one', 'reply'],
    ['two', 'thread'],
    ['three', 'reply'],
  ]);
});

test('an edit is heard that names us, and one that does not may be of what did', async (t) => {
  const { discord, channel } = await startBot(t);
  const general = discord.channel(discord.guild());
  const anna = discord.person();
  const us = `<@${discord.bot.id}>`;
  const line = await listening(t, channel);
  const first = discord.say({ from: anna, channel: general, content: 'lunch?' });
  discord.edit(discord.say({ from: anna, channel: general, content: 'dinner?' }), 'supper?');
  discord.edit(first, `${us} lunch?`);
  const second = discord.say({ from: anna, channel: general, content: `${us} my secret` });
  discord.edit(second, 'nothing');
  discord.delete(second);
  await line.has(5);
  assert.partialDeepStrictEqual(line.stored, [
    { kind: 'edit', text: 'supper?', addressedBy: 'before' },
    { kind: 'edit', text: 'lunch?', addressedBy: 'mention', externalId: first.id },
    { kind: 'message', text: 'my secret', externalId: second.id },
    { kind: 'edit', text: 'nothing', addressedBy: 'before', externalId: second.id },
    { kind: 'deletion', externalId: second.id },
  ]);
});

test('a bot whose token does not tell its id learns it from Discord', async (t) => {
  const { discord, channel } = await startBot(t, { token: 'a-token-of-another-make' });
  const general = discord.channel(discord.guild());
  const line = await listening(t, channel);
  discord.say({ from: discord.person(), channel: general, content: `<@${discord.bot.id}> hello` });
  assert.partialDeepStrictEqual(await line.has(1), [{ text: 'hello', chat: { account: channel.account } }]);
  assert.notEqual(channel.account, discord.bot.id);
});

test('a dropped connection is resumed, and what was said meanwhile is heard once and in order', async (t) => {
  const { discord, channel } = await startBot(t);
  const anna = discord.person();
  const line = await listening(t, channel);
  discord.gateway.cut();
  discord.say({ from: anna, content: 'one' });
  discord.say({ from: anna, content: 'two' });
  await line.reported('ready', 2);
  discord.say({ from: anna, content: 'three' });
  assert.deepEqual(textsOf(await line.has(3)), ['one', 'two', 'three']);
  assert.equal(discord.gateway.resumes, 1);
  assert.equal(discord.gateway.identifies, 1);
  assert.deepEqual(
    line.reports.map(({ state }) => state),
    ['starting', 'ready', 'reconnecting', 'ready'],
  );
});

test('asked to reconnect, it resumes', async (t) => {
  const { discord, channel } = await startBot(t);
  const line = await listening(t, channel);
  discord.gateway.askToReconnect();
  await line.reported('ready', 2);
  discord.say({ from: discord.person(), content: 'hello' });
  await line.has(1);
  assert.deepEqual([discord.gateway.identifies, discord.gateway.resumes], [1, 1]);
});

test('a session that is called invalid but can be resumed is resumed', async (t) => {
  const { discord, channel } = await startBot(t);
  const line = await listening(t, channel);
  discord.gateway.invalidate(true);
  await line.reported('ready', 2);
  discord.say({ from: discord.person(), content: 'hello' });
  await line.has(1);
  assert.deepEqual([discord.gateway.identifies, discord.gateway.resumes], [1, 1]);
});

test('a connection that looks open and is dead is noticed by its missing heartbeats', async (t) => {
  const { discord, channel } = await startBot(t, { heartbeatMs: 60 });
  const line = await listening(t, channel);
  discord.gateway.isSilent = true;
  await line.reported('reconnecting');
  discord.gateway.isSilent = false;
  await line.reported('ready', 2);
  discord.say({ from: discord.person(), content: 'hello' });
  await line.has(1);
  assert.ok(discord.gateway.resumes > 0);
});

test('a Discord that cannot be reached at the start is waited for, and an admin is told', async (t) => {
  const { discord, channel } = await startBot(t);
  await discord.down();
  const line = listenTo(t, channel);
  const complaint = await line.reported('reconnecting');
  assert.match(complaint.action ?? '', /ECONNREFUSED.*DISCORD_API_URL.*again by itself/);
  await discord.up();
  await line.reported('ready');
});

test('a gateway that cannot be reached is waited for', async (t) => {
  const { discord, channel } = await startBot(t);
  await discord.gateway.down();
  const line = listenTo(t, channel);
  await line.reported('reconnecting', 2);
  await discord.gateway.up();
  await line.reported('ready');
});

for (const fault of ['html502', 'reset', { status: 500 }, { status: 429, retry_after: 0.2 }] as const) {
  test(`asking for the gateway may end in ${JSON.stringify(fault)}, and is done again`, async (t) => {
    const { discord, channel } = await startBot(t);
    discord.faultNext('getGateway', fault);
    const line = listenTo(t, channel);
    await line.reported('ready');
    assert.deepEqual(
      line.reports.map(({ state }) => state),
      ['starting', 'reconnecting', 'ready'],
    );
  });
}

test('a token that Discord does not know ends it, and says what to do', async (t) => {
  const { discord } = await startBot(t);
  const wrong = `${discord.token.split('.')[0]}.wrong.wrong`;
  const line = listenTo(t, await makeChannel({ DISCORD_BOT_TOKEN: wrong, DISCORD_API_URL: discord.apiUrl }));
  await assert.rejects(line.ended, { name: 'RejectedError', code: 'unauthorized' });
  assert.equal(line.reports.at(-1)?.state, 'failed');
  assert.match(line.reports.at(-1)?.action ?? '', /reset the token.*restart/);
});

for (const [code, error] of [
  [4004, 'unauthorized'],
  [4013, 'gateway_refused'],
] as const) {
  test(`a gateway that closes with ${code} ends it`, async (t) => {
    const { discord, channel } = await startBot(t);
    const line = await listening(t, channel);
    discord.gateway.drop(code);
    await assert.rejects(line.ended, { name: 'RejectedError', code: error });
    assert.equal(line.reports.at(-1)?.state, 'failed');
  });
}

test('a bot without sessions left waits, and says for how long', async (t) => {
  const { discord, channel } = await startBot(t);
  discord.gateway.remaining = 0;
  const line = listenTo(t, channel);
  const complaint = await line.reported('reconnecting');
  assert.match(complaint.action ?? '', /no more connections for the next 60 minutes/);
  discord.gateway.remaining = 5;
  await line.reported('ready');
  assert.equal(discord.gateway.identifies, 1);
});

test('a stop ends the connection at once, also while it is opened or waits to be', async (t) => {
  const { discord, channel } = await startBot(t);
  const first = await listening(t, channel);
  await first.stop();
  await discord.waitFor(({ gateway }) => gateway.connected === 0);
  const early = listenTo(t, channel);
  await early.stop();
  const second = listenTo(t, channel);
  await discord.waitFor(() => discord.count('getGateway') >= 2);
  await second.stop();
  discord.say({ from: discord.person(), content: 'nobody hears' });
  assert.deepEqual([first.stored, early.stored, second.stored], [[], [], []]);
});

test('a connection that is dropped while it is stopped does not come back', async (t) => {
  const { discord, channel } = await startBot(t);
  const line = await listening(t, channel);
  discord.gateway.cut();
  await line.reported('reconnecting');
  await line.stop();
  const other = await listening(t, channel);
  assert.deepEqual([discord.gateway.resumes, discord.gateway.connected], [0, 1]);
  await other.stop();
});

test('a gateway that takes the connection and says nothing keeps no stop waiting, and harms nothing', async (t) => {
  const { discord, channel } = await startBot(t);
  discord.gateway.isSilent = true;
  const line = listenTo(t, channel);
  await discord.waitFor(({ gateway }) => gateway.open === 1);
  await line.stop();
  discord.gateway.isSilent = false;
  discord.gateway.greet();
  await discord.waitFor(({ gateway }) => gateway.open === 0);
  assert.equal(discord.gateway.identifies, 0);
});

test('a server in trouble is not waited for', async (t) => {
  const { discord, channel } = await startBot(t);
  discord.guild();
  discord.gateway.withholdsGuilds = true;
  const line = listenTo(t, channel);
  await line.reported('ready');
});

test('what the store refuses is told to nobody, and what comes next is stored', async (t) => {
  const { discord, channel, log } = await startBot(t);
  const anna = discord.person();
  const line = await listening(t, channel);
  line.refuse(1);
  discord.say({ from: anna, content: 'a private word' });
  discord.say({ from: anna, content: 'two' });
  assert.deepEqual(textsOf(await line.has(1)), ['two']);
  assert.deepEqual(line.refused.map(textsOf), [['a private word']]);
  assert.match(log.lines.join('\n'), /not stored/);
  assert.doesNotMatch(log.lines.join('\n'), /private/);
});

test('an event that nobody could read is kept, and the connection stays', async (t) => {
  const { discord, channel } = await startBot(t);
  const line = await listening(t, channel);
  discord.dispatch('MESSAGE_CREATE', { id: '12', author: 7 });
  discord.dispatch('GUILD_CREATE', { id: 5 });
  discord.say({ from: discord.person(), content: 'hello' });
  await line.has(2);
  assert.partialDeepStrictEqual(line.stored, [{ kind: 'unread', account: channel.account }, { text: 'hello' }]);
  assert.equal(line.reports.length, 2);
});

test('what is secret in an event is not kept with it', async (t) => {
  const { discord, channel } = await startBot(t);
  const line = await listening(t, channel);
  discord.dispatch('INTERACTION_CREATE', { id: '12', type: 2, token: 'a-secret', data: { type: 1, name: 'help' } });
  const [kept] = await line.has(1);
  assert.equal(kept?.kind, 'unread');
  assert.ok(!JSON.stringify(kept).includes('a-secret'));
});

test('an answer of the gateway that is none is waited out', async (t) => {
  const host = await startHost((_request, response) => response.end('{}'));
  t.after(() => host.down());
  const { discord } = await startBot(t);
  const channel = await makeChannel({ DISCORD_BOT_TOKEN: discord.token, DISCORD_API_URL: `${host.origin}/api` });
  const line = listenTo(t, channel);
  assert.match((await line.reported('reconnecting')).action ?? '', /cannot be read/);
});
