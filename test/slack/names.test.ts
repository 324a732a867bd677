/** What an event does not say of itself, found out before it is stored. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Inbound } from '#src/message.ts';
import { eventually } from '#test/product/eventually.ts';
import { listenTo, startApp } from './app.ts';

test('who wrote, who is named and where it was are known by name, and asked for once', async (t) => {
  const { slack, channel } = await startApp(t);
  const listening = listenTo(t, channel);
  await listening.reported('ready');
  const [anna, ben] = [slack.person({ name: 'anna' }), slack.person({ name: 'ben' })];
  const general = slack.channel({ name: 'general', with: [anna, ben] });
  const text = `<@${slack.bot.userId}> ask <@${ben.id}>`;
  slack.say({ from: anna, in: general, text });
  slack.say({ from: anna, in: general, text });
  const stored = await listening.whenStored(4);
  for (const said of stored) {
    assert.partialDeepStrictEqual(said, { text: 'ask @ben', from: { name: 'anna' }, chat: { title: '#general' } });
  }
  assert.equal(slack.count('users.info'), 2);
  assert.equal(slack.count('conversations.info'), 1);
});

test('what Slack does not tell stays an id, and holds up nothing', async (t) => {
  const { slack, channel } = await startApp(t);
  const listening = listenTo(t, channel);
  await listening.reported('ready');
  slack.faultNext('users.info', 'hang');
  slack.faultNext('users.info', { status: 429, retryAfter: 60 });
  const [anna, ben] = [slack.person(), slack.person()];
  slack.say({ from: anna, text: `<@${ben.id}>` });
  assert.partialDeepStrictEqual(await listening.whenStored(1), [{ text: `@${ben.id}`, from: { name: '' } }]);
});

test('where Slack has enough of questions it is left alone for as long as it says', async (t) => {
  const { slack, channel } = await startApp(t);
  const listening = listenTo(t, channel);
  await listening.reported('ready');
  slack.faultNext('users.info', { status: 429, retryAfter: 2 });
  const say = async (name: string) => {
    slack.say({ from: slack.person({ name }), text: 'hello' });
    const [last] = (await listening.whenStored(slack.deliveries.length)).slice(-1);
    return last?.kind === 'message' && last.from.name;
  };
  assert.deepEqual([await say('anna'), await say('ben'), slack.count('users.info')], ['', '', 1]);
  await eventually('it is asked again', async () => (await say('cleo')) === 'cleo');
  const [first, second, ...others] = slack.callsOf('users.info').map(({ at }) => at);
  assert.ok((second ?? 0) - (first ?? 0) >= 2_000);
  assert.deepEqual(others, []);
});

test('talk of others costs no question', async (t) => {
  const { slack, channel } = await startApp(t);
  const listening = listenTo(t, channel);
  await listening.reported('ready');
  const anna = slack.person();
  const general = slack.channel({ with: [anna] });
  slack.say({ from: anna, in: general, text: 'not to us' });
  await slack.waitFor(({ deliveries }) => deliveries[0]?.state === 'accepted');
  assert.deepEqual(listening.stored, []);
  assert.equal(slack.count('users.info'), 0);
});

test('whoever calls us into a thread brings what it began with', async (t) => {
  const { slack, channel } = await startApp(t);
  const listening = listenTo(t, channel);
  await listening.reported('ready');
  const [anna, ben] = [slack.person({ name: 'anna' }), slack.person({ name: 'ben' })];
  const general = slack.channel({ with: [anna, ben] });
  const opening = slack.say({ from: ben, in: general, text: 'shall we?' });
  slack.say({ from: anna, in: general, thread: opening, text: `<@${slack.bot.userId}> what do you think?` });
  assert.partialDeepStrictEqual(await listening.whenStored(2), [
    { chat: { threadId: opening.ts }, replyTo: { externalId: opening.ts, text: 'shall we?', author: 'ben' } },
  ]);
});

test("a command typed in somebody else's direct chat is answered in theirs with us", async (t) => {
  const { slack, channel } = await startApp(t);
  const listening = listenTo(t, channel);
  await listening.reported('ready');
  const [anna, ben] = [slack.person(), slack.person()];
  slack.command({ from: anna, in: slack.direct(anna, ben), text: 'help' });
  assert.partialDeepStrictEqual(await listening.whenStored(1), [{ chat: { externalId: slack.direct(anna).id } }]);
});

test('a command typed in a channel is answered there, and where we are not in it in the direct chat', async (t) => {
  const { slack, channel } = await startApp(t);
  const listening = listenTo(t, channel);
  await listening.reported('ready');
  const anna = slack.person();
  const home = slack.direct(anna).id;
  const general = slack.channel({ name: 'general', with: [anna] });
  const others = [
    slack.channel({ name: 'others', with: [anna], hasBot: false }),
    slack.channel({ kind: 'group', name: 'secret', with: [anna], hasBot: false }),
  ];
  const chatsOf = (stored: Inbound[]) => stored.map((one) => 'chat' in one && [one.chat.externalId, one.chat.kind]);
  for (const place of [general, ...others]) {
    slack.command({ from: anna, in: place, text: 'help' });
    await listening.whenStored(slack.deliveries.length);
  }
  assert.deepEqual(chatsOf(listening.stored), [
    [general.id, 'group'],
    [home, 'direct'],
    [home, 'direct'],
  ]);
  general.members.delete(slack.bot.userId);
  slack.command({ from: anna, in: general, text: 'help' });
  assert.deepEqual(chatsOf(await listening.whenStored(4)).at(-1), [home, 'direct']);
});

test('the page is greeted on, and our own words, edits of previews and joins say nothing', async (t) => {
  const { slack, channel } = await startApp(t);
  const listening = listenTo(t, channel);
  await listening.reported('ready');
  const anna = slack.person();
  const home = slack.direct(anna);
  const chat = { account: channel.account, externalId: home.id, threadId: '', kind: 'direct' } as const;
  const { externalId } = await channel.send({ chat, text: 'hello', key: 'k1' }, AbortSignal.timeout(5_000));
  const preview = channel.preview?.(chat);
  if (preview?.kind === 'edit') await preview.edit(externalId, 'hello there', AbortSignal.timeout(5_000));
  slack.join(anna, slack.channel({}));
  slack.openHome(anna);
  await slack.waitFor(
    ({ deliveries }) => deliveries.length === 4 && deliveries.every(({ state }) => state === 'accepted'),
  );
  assert.partialDeepStrictEqual(listening.stored, [{ text: '/start', externalId: `home:${anna.id}` }]);
  assert.equal(listening.stored.length, 1);
});

test('edits and deletions follow their message; a link preview changes nothing', async (t) => {
  const { slack, channel } = await startApp(t);
  const listening = listenTo(t, channel);
  await listening.reported('ready');
  const anna = slack.person();
  const general = slack.channel({ with: [anna] });
  const question = slack.say({ from: anna, in: general, text: `<@${slack.bot.userId}> one` });
  await listening.whenStored(2);
  slack.unfurl(question);
  slack.edit(question, `<@${slack.bot.userId}> two`);
  await listening.whenStored(3);
  slack.say({ from: anna, in: general, thread: question, text: 'more' });
  await listening.whenStored(4);
  slack.remove(question);
  const stored = await listening.whenStored(5);
  const chat = { externalId: general.id, threadId: question.ts };
  assert.partialDeepStrictEqual(stored, [
    { kind: 'message', text: 'one', chat },
    { kind: 'message', text: 'one', chat },
    { kind: 'edit', text: 'two', chat },
    { kind: 'message', text: 'more', chat, addressedBy: 'thread' },
    { kind: 'deletion', chat, externalId: question.ts },
  ]);
});

test('whoever is not on the list is neither heard nor looked up', async (t) => {
  const { slack, channel } = await startApp(t, {}, { SLACK_ACCESS: 'allowlist', SLACK_ALLOWLIST: 'U0ANNA' });
  const listening = listenTo(t, channel);
  await listening.reported('ready');
  slack.say({ from: slack.person({ id: 'U0BEN' }), text: 'let me in' });
  slack.say({ from: slack.person({ id: 'U0ANNA' }), text: 'hello' });
  await slack.waitFor(({ deliveries }) => deliveries.every(({ state }) => state === 'accepted'));
  assert.partialDeepStrictEqual(listening.stored, [{ text: 'hello' }]);
  assert.equal(listening.stored.length, 1);
  assert.deepEqual(
    slack.callsOf('users.info').map(({ args }) => args['user']),
    ['U0ANNA'],
  );
});
