/** What was said while nobody listened. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Channel, Gap } from '#src/channel.ts';
import type { ChatRef, Inbound } from '#src/message.ts';
import { chatIn, createStore, startApp } from './app.ts';
import type { Told } from './app.ts';

const LONG_AGO = new Date(0);
const soon = () => AbortSignal.timeout(20_000);

async function catchUp(channel: Channel, told: Told, since = LONG_AGO, chats: ChatRef[] = []): Promise<Gap[]> {
  const gaps = await channel.catchUp?.({ since, chats }, told.emit, soon());
  if (!gaps) throw new Error('The channel does not catch up.');
  return gaps;
}

const textsOf = (stored: readonly Inbound[]): string[] => stored.map((one) => ('text' in one ? one.text : one.kind));

test('every chat that we are in is read, oldest first, and as the events would have been', async (t) => {
  const { slack, channel } = await startApp(t);
  const [anna, ben] = [slack.person({ name: 'anna' }), slack.person({ name: 'ben' })];
  const general = slack.channel({ name: 'general', with: [anna, ben] });
  const secret = slack.channel({ kind: 'group', with: [ben] });
  slack.channel({ hasBot: false, with: [anna] });
  slack.say({ from: anna, text: 'one' });
  const two = slack.say({ from: anna, text: 'two' });
  slack.say({ from: anna, in: general, text: 'not to us' });
  slack.say({ from: ben, in: general, text: `<@${slack.bot.userId}> three` });
  slack.say({ from: ben, in: secret, text: `<@${slack.bot.userId}> four` });
  slack.edit(two, 'two and a half');
  slack.join(anna, general);
  await channel.send({ chat: chatIn(channel, slack.direct(anna)), text: 'an answer', key: 'k1' }, soon());
  const told = createStore();
  assert.deepEqual(await catchUp(channel, told), []);
  assert.deepEqual(textsOf(told.stored).toSorted(), ['four', 'one', 'three', 'two and a half']);
  const own = told.stored.filter((one) => 'chat' in one && one.chat.kind === 'direct');
  assert.partialDeepStrictEqual(own, [
    { kind: 'message', text: 'one', from: { name: 'anna' } },
    { kind: 'edit', text: 'two and a half', externalId: two.ts },
  ]);
});

test('what was known is not fetched again, and threads are followed, however long ago they began', async (t) => {
  const { slack, channel } = await startApp(t);
  const anna = slack.person();
  const general = slack.channel({ with: [anna] });
  const mention = `<@${slack.bot.userId}>`;
  const old = (second: number, text: string, place = general) =>
    slack.say({ from: anna, in: place, text, ts: `1700000${String(second).padStart(3, '0')}.000001` });
  const oldest = old(0, `${mention} the oldest question`);
  for (let second = 1; second <= 250; second++) old(second, 'not to us');
  const question = old(300, `${mention} old question`);
  const other = old(301, 'another old thing');
  const home = old(302, 'old', slack.direct(anna));
  slack.say({ from: anna, in: general, thread: oldest, text: 'to the oldest' });
  slack.say({ from: anna, in: general, thread: question, text: 'a follow-up' });
  slack.say({ from: anna, in: general, thread: other, text: `${mention} called into it` });
  slack.say({ from: anna, in: slack.direct(anna), thread: home, text: 'in a thread of the direct chat' });
  const told = createStore();
  const chats = [chatIn(channel, general, oldest.ts), chatIn(channel, general, question.ts)];
  assert.deepEqual(await catchUp(channel, told, new Date(1_750_000_000_000), chats), []);
  assert.deepEqual(textsOf(told.stored), [
    'to the oldest',
    'a follow-up',
    'called into it',
    'in a thread of the direct chat',
  ]);
  assert.partialDeepStrictEqual(told.stored, [
    { addressedBy: 'thread', chat: { threadId: oldest.ts } },
    { addressedBy: 'thread', chat: { threadId: question.ts } },
    { addressedBy: 'mention', chat: { threadId: other.ts } },
    { addressedBy: 'direct', chat: { threadId: '' } },
  ]);
});

test('what was taken back is told where Slack leaves a trace of it: what opened a thread', async (t) => {
  const { slack, channel } = await startApp(t);
  const anna = slack.person();
  const general = slack.channel({ with: [anna] });
  const question = slack.say({ from: anna, in: general, text: `<@${slack.bot.userId}> my secret` });
  slack.say({ from: anna, in: general, thread: question, text: 'what follows' });
  slack.remove(question);
  const told = createStore();
  await catchUp(channel, told);
  assert.partialDeepStrictEqual(told.stored, [
    { kind: 'deletion', externalId: question.ts, chat: { threadId: question.ts } },
    { kind: 'message', text: 'what follows' },
  ]);
});

test('it may be repeated, and gives the same', async (t) => {
  const { slack, channel } = await startApp(t);
  const anna = slack.person();
  for (let index = 0; index < 450; index++) slack.say({ from: anna, text: `${index}` });
  const [first, second] = [createStore(), createStore()];
  await catchUp(channel, first);
  await catchUp(channel, second);
  assert.deepEqual(
    textsOf(first.stored),
    Array.from({ length: 450 }, (_, index) => `${index}`),
  );
  assert.deepEqual(first.stored, second.stored);
});

test('what is too much, or may not be read, is returned as a gap', async (t) => {
  const { slack, channel } = await startApp(t);
  const anna = slack.person();
  const home = slack.direct(anna);
  for (let index = 0; index < 1_001; index++) slack.say({ from: anna, text: `${index}` });
  const left = slack.channel({ hasBot: false });
  const told = createStore();
  const gaps = await catchUp(channel, told, LONG_AGO, [chatIn(channel, left, '1700000000.000001')]);
  assert.deepEqual(
    gaps.map(({ chat, from }) => [chat, from]),
    [
      [chatIn(channel, left), LONG_AGO],
      [chatIn(channel, left, '1700000000.000001'), LONG_AGO],
      [chatIn(channel, home), LONG_AGO],
    ],
  );
  assert.equal(told.stored.length, 1_000);
});

test('a thread that is gone leaves no gap', async (t) => {
  const { slack, channel } = await startApp(t);
  const general = slack.channel({});
  const told = createStore();
  assert.deepEqual(await catchUp(channel, told, new Date(), [chatIn(channel, general, '1700000000.000001')]), []);
});

test('where the app may not list its chats, those that are known are looked into', async (t) => {
  const { slack, channel, log } = await startApp(t);
  const anna = slack.person();
  slack.say({ from: anna, text: 'hello' });
  slack.say({ from: slack.person(), text: 'nobody knows of me' });
  slack.faultNext('users.conversations', { error: 'missing_scope' });
  const told = createStore();
  assert.deepEqual(await catchUp(channel, told, LONG_AGO, [chatIn(channel, slack.direct(anna))]), []);
  assert.deepEqual(textsOf(told.stored), ['hello']);
  assert.match(log.lines.join(), /manifest\.json/);
});

test('a limit is waited out; what cannot be done at all is thrown', async (t) => {
  const { slack, channel } = await startApp(t);
  slack.say({ from: slack.person(), text: 'hello' });
  slack.faultNext('conversations.history', { status: 429, retryAfter: 1 });
  const told = createStore();
  assert.deepEqual(await catchUp(channel, told), []);
  assert.deepEqual(textsOf(told.stored), ['hello']);
  slack.faultNext('users.conversations', { status: 500 });
  await assert.rejects(catchUp(channel, told), { name: 'UnavailableError' });
  told.refuse(1);
  await assert.rejects(catchUp(channel, told), /store is away/);
});
