/** What became of a send that nobody answered: found where it can be, said again where that is harmless, else not known. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { TestContext } from 'node:test';
import { abortOnce } from '#test/standins/patience.ts';
import { chatIn, listening, makeChannel, startBot } from './bot.ts';

const never = new AbortController().signal;
const LATER_MS = 10 * 60_000;
const CANNOT_TELL = { name: 'UnavailableError', certain: false, code: 'cannot_tell' };

/** Two processes of one bot, and a place: what one has said, the other knows nothing of. */
async function startTwo(t: TestContext, { isServer = false } = {}) {
  const { discord, channel } = await startBot(t);
  const other = await makeChannel({ DISCORD_BOT_TOKEN: discord.token, DISCORD_API_URL: discord.apiUrl });
  const place = isServer ? discord.channel(discord.guild()) : discord.direct(discord.person());
  const part = { chat: chatIn(channel, place), text: 'hello **you**', key: 'delivery:0' };
  const lookUp = (sentAt: Date) => other.lookUp?.(part, sentAt, never);
  return { discord, channel, other, place, part, lookUp };
}

test('within a minute it is said again with the same nonce: once, if it had arrived', async (t) => {
  const { discord, channel, place, part, lookUp } = await startTwo(t);
  discord.faultNext('createMessage', 'acceptThenHang');
  const signal = abortOnce(discord.waitFor(() => discord.sentTo(place).length === 1));
  await assert.rejects(channel.send(part, signal), { certain: false });
  assert.deepEqual(await lookUp(new Date()), { externalId: discord.sentTo(place)[0]?.id });
  assert.equal(discord.sentTo(place).length, 1);
});

test('within a minute it is said again with the same nonce: at last, if it had not', async (t) => {
  const { discord, channel, place, part, lookUp } = await startTwo(t);
  discord.faultNext('createMessage', 'hang');
  const signal = abortOnce(discord.waitFor(() => discord.count('createMessage') === 1));
  await assert.rejects(channel.send(part, signal), { certain: false });
  assert.deepEqual(await lookUp(new Date()), { externalId: discord.sentTo(place)[0]?.id });
  assert.equal(discord.sentTo(place).length, 1);
});

test('where the channel may not be read, the nonce tells all the same', async (t) => {
  const { discord, channel, place, part, lookUp } = await startTwo(t, { isServer: true });
  place.canReadHistory = false;
  const sent = await channel.send(part, never);
  assert.deepEqual(await lookUp(new Date()), sent);
  assert.equal(discord.sentTo(place).length, 1);
});

test('later it is found where it stands, and not said again', async (t) => {
  const { discord, place, part, lookUp } = await startTwo(t);
  const at = Date.now() - LATER_MS;
  discord.say({ from: discord.bot, channel: place, content: 'hello **you** too', at });
  const it = discord.say({ from: discord.bot, channel: place, content: part.text, at: at + 50 });
  for (let index = 0; index < 120; index += 1)
    discord.say({ from: discord.person(), channel: place, content: part.text, at: at + 100 + index });
  assert.deepEqual(await lookUp(new Date(at)), { externalId: it.id });
  assert.equal(discord.count('createMessage'), 0);
});

test('later it is absent where everything may be read and it is not there', async (t) => {
  const { discord, place, part, lookUp } = await startTwo(t);
  assert.equal(await lookUp(new Date(Date.now() - LATER_MS)), 'absent');
  discord.say({ from: discord.person(), channel: place, content: part.text });
  assert.equal(await lookUp(new Date(Date.now() - LATER_MS)), 'absent');
  assert.equal(discord.count('createMessage'), 0);
});

test('later it is not absent where something of ours stands that might be it, changed', async (t) => {
  const { discord, place, lookUp } = await startTwo(t);
  const at = Date.now() - LATER_MS;
  discord.say({ from: discord.bot, channel: place, content: 'said before', at: at - 30_000 });
  assert.equal(await lookUp(new Date(at)), 'absent');
  discord.say({ from: discord.bot, channel: place, content: 'hello _you_', at: at + 50 });
  await assert.rejects(async () => lookUp(new Date(at)), CANNOT_TELL);
});

test('what is wanted no more is found where it stands, and never said again', async (t) => {
  const { discord, channel, other, part } = await startTwo(t);
  const find = (key: string, sentAt: Date) =>
    other.lookUp?.({ ...part, key, isStillWanted: async () => false }, sentAt, never);
  await assert.rejects(async () => find('never sent', new Date()), CANNOT_TELL);
  assert.equal(await find('never sent', new Date(Date.now() - 15_000)), 'absent');
  const sent = await channel.send(part, never);
  assert.deepEqual(await find(part.key, new Date()), sent);
  assert.equal(discord.count('createMessage'), 1);
});

test('in a server nothing is absent that may not be read', async (t) => {
  const { discord, place, lookUp } = await startTwo(t, { isServer: true });
  const longAgo = new Date(Date.now() - LATER_MS);
  await assert.rejects(async () => lookUp(longAgo), CANNOT_TELL);
  discord.say({ from: discord.person(), channel: place, content: 'much earlier', at: Date.now() - 2 * LATER_MS });
  assert.equal(await lookUp(longAgo), 'absent');
  place.canReadHistory = false;
  await assert.rejects(async () => lookUp(longAgo), CANNOT_TELL);
  place.canSee = false;
  await assert.rejects(async () => lookUp(longAgo), CANNOT_TELL);
});

test('of two with the same words it cannot be told which it is', async (t) => {
  const { discord, place, part, lookUp } = await startTwo(t);
  const at = Date.now() - LATER_MS;
  for (const later of [50, 9000])
    discord.say({ from: discord.bot, channel: place, content: part.text, at: at + later });
  await assert.rejects(async () => lookUp(new Date(at)), CANNOT_TELL);
});

test('the same words of shortly before prove nothing', async (t) => {
  const { discord, place, part, lookUp } = await startTwo(t);
  const at = Date.now() - LATER_MS;
  discord.say({ from: discord.bot, channel: place, content: part.text, at: at - 30_000 });
  await assert.rejects(async () => lookUp(new Date(at)), CANNOT_TELL);
});

test('a message that is known to be another is not taken for it', async (t) => {
  const { channel, part } = await startTwo(t);
  const longAgo = new Date(Date.now() - LATER_MS);
  await channel.send({ ...part, key: 'another:0' }, never);
  assert.equal(await channel.lookUp?.(part, longAgo, never), 'absent');
});

test('nor is what stands under a command as its answer', async (t) => {
  const { discord, channel } = await startBot(t);
  const from = discord.person();
  const line = await listening(t, channel);
  discord.choose({ from, name: 'list' });
  await line.has(1);
  const part = { chat: chatIn(channel, discord.direct(from)), text: '1. Holidays', key: 'answer:0' };
  const sent = await channel.send(part, never);
  const longAgo = new Date(Date.now() - LATER_MS);
  assert.deepEqual(await channel.lookUp?.(part, longAgo, never), sent);
  assert.equal(await channel.lookUp?.({ ...part, text: 'Hello', key: 'another:0' }, longAgo, never), 'absent');
});

test('an echo on the gateway tells without asking', async (t) => {
  const { discord, channel, other, place, part } = await startTwo(t);
  const line = await listening(t, other);
  discord.faultNext('createMessage', 'acceptThenHang');
  const signal = abortOnce(discord.waitFor(() => discord.sentTo(place).length === 1));
  await assert.rejects(channel.send(part, signal), { certain: false });
  discord.say({ from: discord.person(), content: 'what comes after the echo' });
  await line.has(1);
  discord.forgetNonces();
  const sentAt = new Date(Date.now() - LATER_MS);
  assert.deepEqual(await other.lookUp?.(part, sentAt, never), { externalId: discord.sentTo(place)[0]?.id });
  assert.equal(discord.count('getMessages'), 0);
});

test('a channel that cannot be read for now tells nothing, and says so', async (t) => {
  const { discord, lookUp } = await startTwo(t);
  for (const [fault, error] of [
    [
      { status: 429, retry_after: 2 },
      { name: 'RateLimitedError', retryAfterMs: 2000 },
    ],
    ['html502', { name: 'UnavailableError' }],
  ] as const) {
    discord.faultNext('getMessages', fault);
    await assert.rejects(async () => lookUp(new Date(Date.now() - LATER_MS)), error);
  }
});
