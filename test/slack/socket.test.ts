/** Socket Mode: acknowledged when it is stored, brought again when not, and up again soon after it broke. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { createStore, listenTo, startApp } from './app.ts';

/** Brought again soon, and waited for only as long as a yes may take. */
const IMPATIENT = { ackWithinMs: 1_000, retryMs: [0, 50, 50] };

test('what people say comes in, and is acknowledged only when it is stored', async (t) => {
  const { slack, channel } = await startApp(t);
  const gate = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<void>();
  const told = createStore(() => {
    arrived.resolve();
    return gate.promise;
  });
  const listening = listenTo(t, channel, told);
  await listening.reported('ready');
  const anna = slack.person({ name: 'anna' });
  slack.say({ from: anna, text: 'hello' });
  await arrived.promise;
  assert.equal(slack.deliveries[0]?.state, 'waiting');
  gate.resolve();
  await slack.waitFor(({ deliveries }) => deliveries[0]?.state === 'accepted');
  assert.partialDeepStrictEqual(listening.stored, [
    { kind: 'message', text: 'hello', from: { externalIds: [anna.id], name: 'anna', realm: slack.teamId } },
  ]);
  assert.deepEqual(listening.reports, [{ state: 'starting' }, { state: 'ready' }]);
});

test('what cannot be stored is not acknowledged, comes again, and is then the same thing', async (t) => {
  const { slack, channel, log } = await startApp(t, IMPATIENT);
  const listening = listenTo(t, channel);
  await listening.reported('ready');
  listening.refuse(2);
  slack.say({ from: slack.person(), text: 'a private word' });
  await slack.waitFor(({ deliveries }) => deliveries[0]?.state === 'accepted');
  assert.equal(slack.deliveries[0]?.attempts, 3);
  assert.deepEqual(listening.refused, [listening.stored, listening.stored]);
  assert.match(log.lines.join('\n'), /could not be stored/);
  assert.doesNotMatch(log.lines.join('\n'), /private/);
});

test('commands and buttons come over the same connection', async (t) => {
  const { slack, channel } = await startApp(t);
  const listening = listenTo(t, channel);
  await listening.reported('ready');
  const command = slack.command({ from: slack.person(), text: 'new Holidays' });
  const button = slack.press({ actions: [{ action_id: 'a' }] });
  await slack.waitFor(() => command.state === 'accepted' && button.state === 'accepted');
  assert.partialDeepStrictEqual(listening.stored, [{ text: '/new Holidays', addressedBy: 'command' }]);
  assert.equal(listening.stored.length, 1);
});

test('what people say in a row comes in in this row, though a name is waited for in between', async (t) => {
  const { slack, channel } = await startApp(t);
  const listening = listenTo(t, channel);
  await listening.reported('ready');
  const [anna, ben] = [slack.person(), slack.person()];
  const general = slack.channel({ kind: 'mpim', with: [anna, ben] });
  const say = (from: typeof anna, text: string) =>
    slack.say({ from, in: general, text: `<@${slack.bot.userId}> ${text}` });
  say(ben, 'zero');
  await listening.whenStored(2);
  slack.faultNext('users.info', 'hang');
  say(anna, 'one');
  say(ben, 'two');
  const stored = await listening.whenStored(6);
  const texts = stored.map((one) => (one.kind === 'message' ? one.text : one.kind));
  assert.deepEqual(texts, ['zero', 'zero', 'one', 'one', 'two', 'two']);
});

test('an announced end is followed by the next connection at once', async (t) => {
  const { slack, channel } = await startApp(t);
  const listening = listenTo(t, channel);
  await listening.reported('ready');
  slack.sockets.refresh();
  await listening.reported('ready', 2);
  assert.deepEqual(
    listening.reports.map(({ state }) => state),
    ['starting', 'ready', 'reconnecting', 'ready'],
  );
  slack.say({ from: slack.person(), text: 'after' });
  await listening.whenStored(1);
});

for (const [reason, says] of [
  ['link_disabled', /Socket Mode is switched off/],
  ['too_many_websockets', /has ten already/],
] as const) {
  test(`an end because of ${reason} is told, and it is tried again`, async (t) => {
    const { slack, channel } = await startApp(t);
    const listening = listenTo(t, channel);
    await listening.reported('ready');
    slack.sockets.refresh(reason);
    const { action } = await listening.reported('reconnecting');
    assert.match(action ?? '', says);
    await listening.reported('ready', 2);
  });

  test(`a connection that does not even begin because of ${reason} is told too`, async (t) => {
    const { slack, channel } = await startApp(t);
    slack.sockets.setGreeting(false, reason);
    const listening = listenTo(t, channel);
    const { action } = await listening.reported('reconnecting');
    assert.match(action ?? '', says);
    slack.sockets.setGreeting(true);
    await listening.reported('ready');
  });
}

test('an event without an inside harms nobody', async (t) => {
  const { slack, channel } = await startApp(t, { ackWithinMs: 100, retryMs: [] });
  const listening = listenTo(t, channel);
  await listening.reported('ready');
  slack.redeliver({ kind: 'events_api', payload: { type: 'something_new' }, attempts: 0, state: 'waiting' });
  slack.say({ from: slack.person(), text: 'after' });
  await listening.whenStored(1);
  assert.equal(listening.reports.at(-1)?.state, 'ready');
});

test('the word that events were dropped, which has no inside, is acknowledged once it is stored', async (t) => {
  const { slack, channel } = await startApp(t, { ackWithinMs: 1_000, retryMs: [0] });
  const told = createStore();
  told.refuse(1);
  const listening = listenTo(t, channel, told);
  await listening.reported('ready');
  const word = slack.tellLimited(1_518_467_820);
  await slack.waitFor(() => word.state === 'accepted');
  assert.equal(word.attempts, 2);
  const [at, until] = [new Date('2018-02-12T20:37:00Z'), new Date('2018-02-12T20:38:15Z')];
  assert.deepEqual(listening.stored, [{ kind: 'missed', at, until, account: channel.account }]);
});

test('a connection that is cut, or goes silent, is replaced; what was said meanwhile is brought again', async (t) => {
  const { slack, channel } = await startApp(t, { retryMs: [0, 1_000, 10_000] });
  const listening = listenTo(t, channel);
  await listening.reported('ready');
  slack.sockets.cut();
  slack.say({ from: slack.person(), text: 'into the gap' });
  await listening.reported('ready', 2);
  await listening.whenStored(1);
  slack.sockets.mute();
  // The library needs some seconds to notice a silence.
  await slack.waitFor(({ sockets }) => sockets.greeted === 3);
});

test('a Slack that is away is tried again, and the state names what to do', async (t) => {
  const { slack, channel } = await startApp(t);
  await slack.down();
  const listening = listenTo(t, channel);
  const { action } = await listening.reported('reconnecting');
  assert.match(action ?? '', /could not be reached.*SLACK_API_URL/);
  await slack.up();
  await listening.reported('ready');
});

test('a limit on new connections is kept exactly', async (t) => {
  const { slack, channel } = await startApp(t);
  slack.faultNext('apps.connections.open', { status: 429, retryAfter: 1 });
  const listening = listenTo(t, channel);
  await listening.reported('ready');
  const [first, second] = slack.callsOf('apps.connections.open');
  assert.ok(first && second && second.at - first.at >= 1000);
});

for (const token of ['bot', 'app'] as const) {
  test(`a revoked ${token} token ends it, and says what to do`, async (t) => {
    const { slack, channel } = await startApp(t);
    slack.revoke(token);
    const listening = listenTo(t, channel);
    await assert.rejects(listening.ended, { name: 'RejectedError', code: 'invalid_auth' });
    const last = listening.reports.at(-1);
    assert.equal(last?.state, 'failed');
    assert.match(last?.action ?? '', /SLACK_BOT_TOKEN/);
    const told = JSON.stringify(listening.reports);
    assert.ok(!told.includes(slack.botToken) && !told.includes(slack.appToken));
  });
}

test('a stop closes the connection, and takes nothing more', async (t) => {
  const { slack, channel } = await startApp(t);
  const listening = listenTo(t, channel);
  await listening.reported('ready');
  await listening.stop();
  await slack.waitFor(({ sockets }) => sockets.count === 0);
  slack.say({ from: slack.person(), text: 'too late' });
  assert.deepEqual(listening.stored, []);
});

test('a socket that never greets does not hold up the end', { timeout: 5_000 }, async (t) => {
  const { slack, channel } = await startApp(t);
  slack.sockets.setGreeting(false);
  const listening = listenTo(t, channel);
  await slack.waitFor(({ sockets }) => sockets.open === 1);
  await listening.stop();
  assert.deepEqual(listening.reports, [{ state: 'starting' }]);
});
