/** Commands that somebody chooses in Discord's list: answered in time, and "thinking…" stays nowhere. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { DiscordStandin } from '#test/standins/discord/index.ts';
import { chatIn, listening, startBot, textsOf } from './bot.ts';

const never = new AbortController().signal;
const thinking = ({ interactions }: DiscordStandin) => interactions.filter(({ state }) => state === 'thinking').length;

test('a chosen command is heard as if it had been typed, and Discord is answered once it is stored', async (t) => {
  const gate = Promise.withResolvers<void>();
  const { discord, channel } = await startBot(t);
  const anna = discord.person({ global_name: 'Anna' });
  const line = await listening(t, channel, () => gate.promise);
  const interaction = discord.choose({ from: anna, name: 'title', argument: ' Holidays ' });
  assert.equal(interaction.state, 'new');
  gate.resolve();
  await discord.waitFor(() => interaction.state === 'thinking');
  assert.partialDeepStrictEqual(line.stored, [
    {
      kind: 'message',
      text: '/title  Holidays',
      addressedBy: 'command',
      externalId: interaction.id,
      chat: chatIn(channel, discord.direct(anna)),
      from: { externalIds: [anna.id], realm: '', name: 'Anna', language: 'en-US' },
    },
  ]);
});

test('what is said next in its chat stands under the command, once, and what follows stands alone', async (t) => {
  const { discord, channel } = await startBot(t);
  const anna = discord.person();
  const chat = chatIn(channel, discord.direct(anna));
  const line = await listening(t, channel);
  const interaction = discord.choose({ from: anna, name: 'list' });
  await line.has(1);
  const sent = await channel.send({ chat, text: '1. Holidays @everyone', key: 'k1' }, never);
  await channel.send({ chat, text: 'and more', key: 'k2' }, never);
  assert.equal(interaction.original?.id, sent.externalId);
  assert.deepEqual(
    [interaction.state, discord.count('editOriginal'), discord.count('createMessage')],
    ['answered', 1, 1],
  );
  assert.deepEqual(discord.callsOf('editOriginal')[0]?.body, {
    content: '1. Holidays @everyone',
    allowed_mentions: { parse: [], replied_user: false },
    flags: 4,
  });
});

test('an answer that is there before Discord has heard of us waits for that', async (t) => {
  const { discord, channel } = await startBot(t);
  const anna = discord.person();
  const line = await listening(t, channel);
  discord.faultNext('callback', { slow: 200 });
  const interaction = discord.choose({ from: anna, name: 'list' });
  await line.has(1);
  await channel.send({ chat: chatIn(channel, discord.direct(anna)), text: 'none', key: 'k1' }, never);
  assert.equal(interaction.original?.content, 'none');
});

test('in a server the answer to somebody else is not taken for that of the command', async (t) => {
  const { discord, channel } = await startBot(t);
  const general = discord.channel(discord.guild());
  const chat = chatIn(channel, general);
  const line = await listening(t, channel);
  const question = discord.say({ from: discord.person(), channel: general, content: `<@${discord.bot.id}> when?` });
  const interaction = discord.choose({ from: discord.person(), channel: general, name: 'help' });
  await line.has(2);
  await channel.send({ chat, text: 'now', key: 'k1', replyTo: question.id }, never);
  await channel.send({ chat, text: 'I can …', key: 'k2', replyTo: interaction.id }, never);
  assert.equal(interaction.original?.content, 'I can …');
  assert.equal(discord.sentTo(general)[0]?.message_reference?.message_id, question.id);
});

test('a command whose answer another process says is not left thinking when we go', async (t) => {
  const { discord, channel } = await startBot(t);
  const line = await listening(t, channel);
  const interaction = discord.choose({ from: discord.person(), name: 'list' });
  await discord.waitFor(() => thinking(discord) === 1);
  await line.stop();
  assert.equal(interaction.state, 'gone');
});

test('"thinking…" is taken away when no answer comes, and the answer then stands alone', async (t) => {
  const { discord, channel } = await startBot(t);
  const anna = discord.person();
  await listening(t, channel);
  const interaction = discord.choose({ from: anna, name: 'list' });
  await discord.waitFor(() => interaction.state === 'gone');
  const place = discord.direct(anna);
  await channel.send({ chat: chatIn(channel, place), text: 'late', key: 'k1' }, never);
  assert.deepEqual(
    discord.sentTo(place).map(({ content }) => content),
    ['late'],
  );
});

test('a store that refuses is owned up to, to the person alone', async (t) => {
  const { discord, channel } = await startBot(t);
  const anna = discord.person();
  const line = await listening(t, channel);
  line.refuse(1);
  const interaction = discord.choose({ from: anna, name: 'list' });
  await discord.waitFor(() => interaction.state === 'answered');
  assert.match(interaction.original?.content ?? '', /could not take this command.*try it again/);
  assert.equal(interaction.isEphemeral, true);
  await channel.send({ chat: chatIn(channel, discord.direct(anna)), text: 'hello', key: 'k1' }, never);
  assert.equal(discord.count('createMessage'), 1);
});

test('a store that does not answer is owned up to within the 3 s that Discord gives', async (t) => {
  const { discord, channel } = await startBot(t);
  const gate = Promise.withResolvers<void>();
  t.after(() => gate.resolve());
  await listening(t, channel, () => gate.promise);
  const interaction = discord.choose({ from: discord.person(), name: 'list' });
  // The stand-in takes none that is later.
  await discord.waitFor(() => interaction.state === 'answered');
  assert.match(interaction.original?.content ?? '', /has not answered in time/);
});

test('a command that cannot be acknowledged is answered all the same, by a message of its own', async (t) => {
  const { discord, channel, log } = await startBot(t);
  const anna = discord.person();
  const line = await listening(t, channel);
  discord.faultNext('callback', { status: 404, code: 10_062, message: 'Unknown interaction' });
  discord.choose({ from: anna, name: 'list' });
  await line.has(1);
  await channel.send({ chat: chatIn(channel, discord.direct(anna)), text: 'none', key: 'k1' }, never);
  assert.deepEqual([discord.count('editOriginal'), discord.sentTo(discord.direct(anna)).length], [0, 1]);
  assert.ok(!log.lines.join('\n').includes('interaction-token'), 'its token is told to nobody');
});

test('a limit over all that the bot does keeps no command from being acknowledged', async (t) => {
  const { discord, channel } = await startBot(t);
  const anna = discord.person();
  const line = await listening(t, channel);
  discord.faultNext('createMessage', { status: 429, retry_after: 30, global: true });
  const part = { chat: chatIn(channel, discord.direct(anna)), text: 'hello', key: 'k1' };
  await assert.rejects(channel.send(part, never), { name: 'RateLimitedError' });
  const interaction = discord.choose({ from: anna, name: 'list' });
  await line.has(1);
  await discord.waitFor(() => interaction.state === 'thinking');
});

test('where the answer cannot stand under the command any more, it stands alone', async (t) => {
  const { discord, channel } = await startBot(t);
  const anna = discord.person();
  const line = await listening(t, channel);
  discord.choose({ from: anna, name: 'list' });
  await line.has(1);
  discord.faultNext('editOriginal', { status: 404, code: 10_015, message: 'Unknown Webhook' });
  await channel.send({ chat: chatIn(channel, discord.direct(anna)), text: 'none', key: 'k1' }, never);
  assert.equal(discord.sentTo(discord.direct(anna)).length, 1);
});

test('an answer that had to wait still stands under the command', async (t) => {
  const { discord, channel } = await startBot(t);
  const anna = discord.person();
  const part = { chat: chatIn(channel, discord.direct(anna)), text: 'none', key: 'k1' };
  const line = await listening(t, channel);
  const interaction = discord.choose({ from: anna, name: 'list' });
  await line.has(1);
  discord.faultNext('editOriginal', { status: 429, retry_after: 0.1 });
  await assert.rejects(channel.send(part, never), { name: 'RateLimitedError', retryAfterMs: 100 });
  await channel.send(part, never);
  assert.equal(interaction.original?.content, 'none');
});

test('an answer that nobody confirmed is looked up by saying it in the same place again', async (t) => {
  const { discord, channel } = await startBot(t);
  const anna = discord.person();
  const place = discord.direct(anna);
  const part = { chat: chatIn(channel, place), text: 'none', key: 'k1' };
  const line = await listening(t, channel);
  const interaction = discord.choose({ from: anna, name: 'list' });
  await line.has(1);
  discord.faultNext('editOriginal', 'acceptThenReset');
  await assert.rejects(channel.send(part, never), { name: 'UnavailableError', certain: false });
  assert.deepEqual(await channel.lookUp?.(part, new Date(), never), { externalId: interaction.original?.id });
  assert.equal(discord.messagesIn(place).length, 1);
});

test('a button, and whatever else is chosen, is nothing to us', async (t) => {
  const { discord, channel } = await startBot(t);
  const line = await listening(t, channel);
  const anna = discord.person();
  discord.choose({ from: anna, name: 'x', type: 3, data: { component_type: 2, custom_id: 'hello' } });
  discord.choose({ from: anna, name: 'x', data: { type: 2, name: 'A user menu' } });
  // Somebody has installed the app for themselves, and is where the bot is not.
  discord.choose({ from: anna, name: 'history', context: 2, authorizing_integration_owners: { 1: anna.id } });
  discord.say({ from: anna, content: 'hello' });
  assert.deepEqual(textsOf(await line.has(1)), ['hello']);
  assert.equal(discord.count('callback'), 0);
});

const COMMANDS = [
  { name: 'help', description: 'What I can do' },
  { name: 'title', description: 'x'.repeat(150), argument: { name: 'text', description: '[text]' } },
];

test('the commands are registered everywhere when they differ, and left alone when they do not', async (t) => {
  const { discord, channel, log } = await startBot(t, { commands: COMMANDS });
  const first = await listening(t, channel);
  await discord.waitFor(() => discord.commands.length > 0);
  const everywhere = { type: 1, contexts: [0, 1], integration_types: [0] };
  assert.partialDeepStrictEqual(discord.commands, [
    { ...everywhere, name: 'help', description: 'What I can do', options: [] },
    { ...everywhere, name: 'title', options: [{ type: 3, name: 'text', description: '[text]', required: false }] },
  ]);
  await first.stop();
  await listening(t, channel);
  await log.said(/registered already/);
  assert.equal(discord.count('putCommands'), 1);
});

test('commands that cannot be registered keep nothing from working, and are registered a little later', async (t) => {
  const { discord, channel, log } = await startBot(t, { commands: COMMANDS });
  discord.faultNext('putCommands', { status: 500 });
  const line = await listening(t, channel);
  discord.say({ from: discord.person(), content: 'hello' });
  await line.has(1);
  await log.said(/could not be registered/);
  await discord.waitFor(({ commands }) => commands.length === COMMANDS.length);
});

test('commands that Discord refuses are not offered to it again', async (t) => {
  const { discord, channel, log } = await startBot(t, { commands: COMMANDS });
  discord.faultNext('putCommands', { status: 400, code: 50_035 });
  const line = await listening(t, channel);
  await log.said(/could not be registered.*/);
  await line.stop();
  assert.deepEqual([discord.count('putCommands'), discord.commands], [1, []]);
});
