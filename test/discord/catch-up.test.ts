/** What was said while we were away is fetched, once and in order; what may not be read is a gap. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Channel } from '#src/channel.ts';
import type { ChatRef, Inbound } from '#src/message.ts';
import { startHost } from '#test/standins/host.ts';
import { chatIn, listening, makeChannel, startBot, textsOf } from './bot.ts';

const never = new AbortController().signal;
const AGO_MS = 60 * 60_000;

async function catchUp(channel: Channel, since: Date, chats: readonly ChatRef[] = []) {
  const batches: Inbound[][] = [];
  const gaps = await channel.catchUp?.({ since, chats }, async (batch) => void batches.push(batch), never);
  return { batches, gaps, all: batches.flat() };
}

test('a direct chat that we know is read from then on, and the same message has the same face either way', async (t) => {
  const { discord, channel } = await startBot(t);
  const anna = discord.person();
  const line = await listening(t, channel);
  discord.say({ from: anna, content: 'long ago', at: Date.now() - 2 * AGO_MS });
  const replied = discord.say({ from: anna, content: 'one' });
  discord.say({ from: anna, content: 'two', replyTo: replied });
  discord.say({ from: discord.bot, channel: discord.direct(anna), content: 'ours' });
  await line.has(3);
  const chat = chatIn(channel, discord.direct(anna));
  const { all, gaps } = await catchUp(channel, new Date(Date.now() - AGO_MS), [chat]);
  assert.deepEqual(all, line.stored.slice(1));
  assert.deepEqual(gaps, []);
});

test("a server's channels are read where something was said since, and heard as they would have been", async (t) => {
  const { discord, channel } = await startBot(t);
  const guild = discord.guild();
  const general = discord.channel(guild, { name: 'general' });
  const quiet = discord.channel(guild, { name: 'quiet' });
  const thread = discord.thread(general, 'plans');
  const anna = discord.person();
  discord.say({ from: anna, channel: quiet, content: 'old', at: Date.now() - 2 * AGO_MS });
  const line = await listening(t, channel);
  discord.say({ from: anna, channel: general, content: 'lunch?' });
  discord.say({ from: anna, channel: general, content: `<@${discord.bot.id}> hello` });
  discord.say({ from: anna, channel: thread, content: 'what follows' });
  await line.has(2);
  const { all, gaps } = await catchUp(channel, new Date(Date.now() - AGO_MS));
  assert.deepEqual(all.toSorted(byText), line.stored.toSorted(byText));
  assert.deepEqual(gaps, []);
  assert.ok(!discord.callsOf('getMessages').some(({ path }) => path.includes(quiet.id)));
});

const byText = (one: Inbound, other: Inbound) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1);

test('what was said before the session began is found by the last message of each channel', async (t) => {
  const { discord, channel } = await startBot(t);
  const general = discord.channel(discord.guild());
  const anna = discord.person();
  discord.say({ from: anna, channel: general, content: `<@${discord.bot.id}> while away` });
  await listening(t, channel);
  const { all } = await catchUp(channel, new Date(Date.now() - AGO_MS));
  assert.deepEqual(textsOf(all), ['while away']);
});

test('many pages are read in order, each stored before the next', async (t) => {
  const { discord, channel } = await startBot(t);
  const anna = discord.person();
  const at = Date.now() - AGO_MS;
  for (let index = 0; index < 250; index += 1) discord.say({ from: anna, content: `${index}`, at: at + index * 10 });
  const chat = chatIn(channel, discord.direct(anna));
  const { all, batches, gaps } = await catchUp(channel, new Date(at - 1), [chat]);
  assert.deepEqual(
    textsOf(all),
    Array.from({ length: 250 }, (_, index) => String(index)),
  );
  assert.deepEqual([batches.map(({ length }) => length), gaps], [[100, 100, 50], []]);
});

test('beyond a thousand it is a gap, from the last that was read on', async (t) => {
  const { discord, channel } = await startBot(t);
  const anna = discord.person();
  const at = Date.now() - AGO_MS;
  for (let index = 0; index < 1100; index += 1) discord.say({ from: anna, content: 'x', at: at + index * 10 });
  const chat = chatIn(channel, discord.direct(anna));
  const { all, gaps } = await catchUp(channel, new Date(at - 1), [chat]);
  assert.equal(all.length, 1000);
  assert.deepEqual(
    gaps?.map(({ chat: one, from }) => [one, from]),
    [[chat, new Date(at + 999 * 10)]],
  );
});

test('an edit of meanwhile is one, and a thread that was closed is a thread', async (t) => {
  const { discord, channel } = await startBot(t);
  const anna = discord.person();
  const closed = discord.thread(discord.channel(discord.guild()), 'closed');
  const message = discord.say({ from: anna, channel: closed, content: 'what folows' });
  discord.edit(message, 'what follows');
  const chat = chatIn(channel, closed);
  const { all } = await catchUp(channel, new Date(Date.now() - AGO_MS), [chat]);
  assert.partialDeepStrictEqual(all, [
    {
      kind: 'edit',
      text: 'what follows',
      addressedBy: 'thread',
      chat,
      editedAt: new Date(message.edited_timestamp ?? 0),
    },
  ]);
});

test('what may not be read is a gap where somebody talked to us, and a channel that is gone is none', async (t) => {
  const { discord, channel } = await startBot(t);
  const guild = discord.guild();
  const [hidden, unseen, foreign] = [
    discord.channel(guild, { name: 'hidden', canReadHistory: false }),
    discord.channel(guild, { name: 'unseen', canSee: false }),
    discord.channel(guild, { name: 'foreign', canSee: false }),
  ];
  for (const place of [hidden, unseen, foreign]) discord.say({ from: discord.person(), channel: place, content: 'x' });
  await listening(t, channel);
  const since = new Date(Date.now() - AGO_MS);
  const known = [hidden, unseen].map((place) => chatIn(channel, place));
  const gone = { ...chatIn(channel, foreign), externalId: '4711', kind: 'direct' as const };
  const { all, gaps } = await catchUp(channel, since, [...known, gone]);
  assert.deepEqual(all, []);
  assert.deepEqual(
    new Set(gaps?.map(({ chat, from }) => `${chat.externalId} ${from.toISOString()}`)),
    new Set([hidden, unseen].map(({ id }) => `${id} ${since.toISOString()}`)),
  );
});

test('a forum is not read, but what was said in its threads is', async (t) => {
  const { discord, channel } = await startBot(t);
  const guild = discord.guild();
  const forum = discord.channel(guild, { name: 'questions', type: 15 });
  const post = discord.thread(forum, 'how to?');
  forum.last_message_id = post.id;
  discord.say({ from: discord.person(), channel: post, content: `<@${discord.bot.id}> while away` });
  await listening(t, channel);
  const { all, gaps } = await catchUp(channel, new Date(Date.now() - AGO_MS));
  assert.deepEqual([textsOf(all), gaps], [['while away'], []]);
  assert.ok(!discord.callsOf('getMessages').some(({ path }) => path.includes(forum.id)));
});

test('what was said in a thread that was begun meanwhile at a message of ours is said to us', async (t) => {
  const { discord, channel } = await startBot(t);
  const general = discord.channel(discord.guild());
  const anna = discord.person();
  const ours = discord.say({ from: discord.bot, channel: general, content: 'Ours.' });
  discord.say({ from: anna, channel: discord.threadAt(ours, anna), content: 'and then?' });
  discord.say({ from: anna, channel: discord.thread(general), content: 'something else' });
  await listening(t, channel);
  const { all } = await catchUp(channel, new Date(Date.now() - AGO_MS));
  assert.deepEqual(
    all.toSorted(byText).map((one) => ('addressedBy' in one ? [one.text, one.addressedBy] : one)),
    [
      ['and then?', 'reply'],
      ['something else', 'thread'],
    ],
  );
});

test('a channel that Discord does not let us read keeps us from no other, and is told of once', async (t) => {
  const { discord, channel, log } = await startBot(t);
  const [odd, direct] = [discord.channel(discord.guild(), { name: 'odd' }), discord.direct(discord.person())];
  discord.say({ from: discord.person(), channel: direct, content: 'hello' });
  const chats = [odd, direct].map((place) => chatIn(channel, place));
  for (let times = 0; times < 2; times += 1) {
    discord.faultNext('getMessages', { status: 400, code: 50_024 });
    const { all, gaps } = await catchUp(channel, new Date(Date.now() - AGO_MS), chats);
    assert.deepEqual([textsOf(all), gaps?.map(({ chat }) => chat)], [['hello'], [chats[0]]]);
  }
  const told = log.lines.filter((line) => line.includes('Read Message History'));
  assert.deepEqual([told.length, told[0]?.includes(odd.id)], [1, true]);
});

test('a channel that may not be read is a gap only when something was said there that did not come to us', async (t) => {
  const { discord, channel } = await startBot(t);
  const hidden = discord.channel(discord.guild(), { name: 'hidden', canReadHistory: false });
  const [chat, anna] = [chatIn(channel, hidden), discord.person()];
  const line = await listening(t, channel);
  const ask = (content: string) =>
    discord.say({ from: anna, channel: hidden, content: `<@${discord.bot.id}> ${content}` });
  const gaps = async (since = Date.now() - AGO_MS) => (await catchUp(channel, new Date(since), [chat])).gaps?.length;
  ask('one');
  await line.has(1);
  assert.equal(await gaps(), 0, 'it was heard');
  discord.gateway.cut();
  ask('two');
  await line.reported('ready', 2);
  await line.has(2);
  assert.equal(await gaps(), 0, 'it was replayed');
  line.refuse(1);
  ask('three');
  ask('four');
  await line.has(3);
  assert.equal(await gaps(), 1, 'the store was away');
  const known = Date.now() + 1;
  discord.gateway.forgetSessions();
  await discord.gateway.down();
  ask('five');
  await discord.gateway.up();
  await line.reported('ready', 3);
  ask('six');
  await line.has(4);
  assert.equal(await gaps(known), 1, 'nobody listened');
  assert.equal(await gaps(Date.now() + 1), 0, 'all since is known');
});

test('a token that is refused ends it with an error', async (t) => {
  const { discord, channel } = await startBot(t);
  const chat = chatIn(channel, discord.direct(discord.person()));
  discord.faultNext('getMessages', { status: 401 });
  await assert.rejects(catchUp(channel, new Date(Date.now() - AGO_MS), [chat]), { code: 'unauthorized' });
});

test('an answer that is none ends it with an error', async (t) => {
  const { discord } = await startBot(t);
  const host = await startHost((_request, response) => response.end('{}'));
  t.after(() => host.down());
  const channel = await makeChannel({ DISCORD_BOT_TOKEN: discord.token, DISCORD_API_URL: `${host.origin}/api` });
  const chat = chatIn(channel, discord.direct(discord.person()));
  await assert.rejects(catchUp(channel, new Date(), [chat]), { name: 'UnavailableError' });
});

test('a 429 is waited out, and a Discord that is away ends it with an error', async (t) => {
  const { discord, channel } = await startBot(t);
  const anna = discord.person();
  discord.say({ from: anna, content: 'hello' });
  const chat = chatIn(channel, discord.direct(anna));
  discord.faultNext('getMessages', { status: 429, retry_after: 0.1 });
  const { all } = await catchUp(channel, new Date(Date.now() - AGO_MS), [chat]);
  assert.deepEqual(textsOf(all), ['hello']);
  discord.faultNext('getMessages', { status: 500 });
  await assert.rejects(catchUp(channel, new Date(Date.now() - AGO_MS), [chat]), { name: 'UnavailableError' });
});

test('a store that is away ends it, and a repeat finds the same', async (t) => {
  const { discord, channel } = await startBot(t);
  const anna = discord.person();
  discord.say({ from: anna, content: 'hello' });
  const chats = [chatIn(channel, discord.direct(anna))];
  const since = new Date(Date.now() - AGO_MS);
  const refuse = async () => {
    throw new Error('The store is away.');
  };
  await assert.rejects(async () => channel.catchUp?.({ since, chats }, refuse, never), /store is away/);
  assert.deepEqual(textsOf((await catchUp(channel, since, chats)).all), ['hello']);
});
