/** P3 and P4 on Slack: a limited chat delays no other, a crowd is answered in order, and a second process takes over. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holdToBound } from '#test/busy.ts';
import { eventually } from '#test/product/eventually.ts';
import { openSlackStage } from '#test/slack/stage.ts';

const SEND = 'chat.postMessage';
const TAKEN_OVER_MS = 15_000;
const DEADLINE_MS = 120_000;
/** Where it is not about Slack's second tries: the third would only come after a minute. */
const UNHURRIED_MS = 60_000;

test('one channel has to wait for ten seconds: no other notices', async (t) => {
  const stage = await openSlackStage(t);
  await stage.connect();
  const { slack, database } = stage;
  const limited = slack.person();
  const others = Array.from({ length: 20 }, () => slack.person());
  slack.faultNext(SEND, { status: 429, retryAfter: 10 });
  slack.say({ from: limited, text: 'hello' });
  await slack.waitFor(({ calls }) => calls.some(({ method }) => method === SEND));
  let slowest = 0;
  for (const from of others) {
    const askedAt = Date.now();
    slack.say({ from, text: 'hello' });
    await slack.waitFor((now) => now.sentTo(slack.direct(from)).length === 1);
    slowest = Math.max(slowest, Date.now() - askedAt);
  }
  holdToBound(t, slowest < 2_000, `the slowest of ${others.length} other chats: ${slowest} ms`);
  const home = slack.direct(limited);
  await slack.waitFor((now) => now.sentTo(home).length === 1);
  const callsThere = slack.callsOf(SEND).filter(({ args }) => args['channel'] === home.id);
  const [refused = 0, again = 0] = callsThere.map(({ at }) => at);
  assert.ok(again - refused >= 9_900, `said after ${again - refused} ms`);
  await database.quiet();
  assert.equal(slack.count(SEND), others.length + 2);
});

test('two hundred chats: all are answered in order, and no limit is broken', async (t) => {
  const stage = await openSlackStage(t, { slack: { ackWithinMs: UNHURRIED_MS }, env: { SLACK_CHAT_RATE: '1' } });
  await stage.connect();
  const { slack, database, marksIn } = stage;
  slack.limits = { perChannelPerSecond: 1, channelBurst: 5 };
  const people = Array.from({ length: 100 }, () => slack.person());
  const begun = Date.now();
  const asked = people.map((from) => {
    slack.say({ from, text: 'm1' });
    const room = slack.channel({ with: [from] });
    return { from, room, thread: slack.say({ from, in: room, text: `<@${slack.bot.userId}> m1` }) };
  });
  const isAccepted = (): boolean => slack.deliveries.every(({ state }) => state === 'accepted');
  await slack.waitFor(isAccepted, DEADLINE_MS);
  for (const { from, room, thread } of asked) {
    slack.say({ from, text: 'm2' });
    slack.say({ from, in: room, thread, text: 'm2' });
  }
  const places = asked.flatMap(({ from, room }) => [slack.direct(from), room]);
  await slack.waitFor(() => places.every((place) => marksIn(place).length >= 2), DEADLINE_MS);
  await database.quiet();
  t.diagnostic(`400 messages in 200 chats: ${Date.now() - begun} ms, ${slack.count(SEND)} sends`);
  for (const place of places) assert.deepEqual(marksIn(place), ['m1', 'm2']);
  assert.deepEqual([slack.violations, slack.count(SEND)], [0, slack.sent.length]);
});

test('a flood, of which Slack brings again what is not stored in time: all is answered once, and in order', async (t) => {
  const again = Array.from({ length: 10 }, () => 0);
  const stage = await openSlackStage(t, { slack: { ackWithinMs: 1_000, retryMs: again } });
  await stage.connect();
  const { slack, database, marksIn } = stage;
  const people = Array.from({ length: 60 }, () => slack.person());
  const begun = Date.now();
  const places = people.flatMap((from) => {
    const room = slack.channel({ with: [from] });
    const thread = slack.say({ from, in: room, text: `<@${slack.bot.userId}> m1` });
    slack.say({ from, in: room, thread, text: 'm2' });
    for (const text of ['m1', 'm2']) slack.say({ from, text });
    return [slack.direct(from), room];
  });
  await slack.waitFor(() => places.every((place) => marksIn(place).length >= 2), DEADLINE_MS);
  const tries = slack.deliveries.reduce((sum, { attempts }) => sum + attempts, 0);
  t.diagnostic(`${Date.now() - begun} ms; ${slack.deliveries.length} events, ${tries} times brought`);
  await database.quiet();
  for (const place of places) assert.deepEqual(marksIn(place), ['m1', 'm2']);
  assert.equal((await database.find('messages', { role: 'user' })).length, 4 * people.length);
});

test('two processes: the one that is connected is killed, and the other has it soon', async (t) => {
  const stage = await openSlackStage(t, { slack: { ackWithinMs: UNHURRIED_MS, retryMs: [] } });
  const products = [await stage.connect(), await stage.start()];
  const { slack, database, marksIn, read } = stage;
  const people = Array.from({ length: 20 }, () => slack.person());
  const sayAll = (text: string): void => people.forEach((from) => void slack.say({ from, text }));
  const holder = await eventually('somebody holds the channel', async () => {
    const [lease] = await database.find('leases', { _id: { $regex: '^channel:slack' } });
    return products.find(({ pid }) => String(lease?.['holder']).split(/\D/).includes(String(pid)));
  });
  sayAll('m1');
  await slack.waitFor(({ deliveries }) => deliveries.every(({ state }) => state === 'accepted'));
  await eventually('it is noted that all is known', async () => (await database.find('watermarks')).length === 1);
  const { greeted } = slack.sockets;
  await holder.kill('SIGKILL');
  const killedAt = Date.now();
  sayAll('m2');
  await slack.waitFor(({ sockets }) => sockets.greeted > greeted && sockets.count === 1, DEADLINE_MS);
  const took = Date.now() - killedAt;
  holdToBound(t, took <= TAKEN_OVER_MS, `taken over after ${took} ms`);
  sayAll('m3');
  const places = people.map((person) => slack.direct(person));
  await slack.waitFor(() => places.every((place) => marksIn(place).length >= 3));
  await database.quiet();
  for (const place of places) assert.deepEqual(marksIn(place), ['m1', 'm2', 'm3'], read(place).join('|'));
});
