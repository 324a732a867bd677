/** The whole product on Slack: asked in a direct chat, in a channel and by a command, and answered in each. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { openStage } from '#test/product/stage.ts';
import { startSlack } from '#test/standins/slack/index.ts';
import { envOf } from './app.ts';
import { openSlackStage } from './stage.ts';

test('what is said on Slack is answered where it was said, once', async (t) => {
  const slack = await startSlack();
  t.after(() => slack.stop());
  const env = Object.fromEntries(Object.entries(envOf(slack)).map(([name, value]) => [name, value ?? '']));
  const stage = await openStage(t, { env: { ...env, SLACK_CHAT_RATE: '100' } });
  await stage.start();
  await slack.waitFor(({ sockets }) => sockets.count === 1);

  const [anna, ben] = [slack.person({ name: 'anna' }), slack.person({ name: 'ben' })];
  slack.say({ from: anna, text: 'hello' });
  const home = slack.direct(anna);
  await slack.waitFor((slack) => slack.sentTo(home).length === 1);
  slack.command({ from: anna, text: 'help' });
  await slack.waitFor((slack) => slack.sentTo(home).length === 2);
  assert.equal(slack.sentTo(home)[0]?.text, 'Echo: hello');
  assert.match(slack.sentTo(home)[1]?.text ?? '', /\/new/);

  const general = slack.channel({ name: 'general', with: [anna, ben] });
  const elsewhere = slack.say({ from: ben, in: general, text: 'not to us' });
  slack.say({ from: anna, in: general, thread: elsewhere, text: 'nor this' });
  const question = slack.say({ from: ben, in: general, text: `<@${slack.bot.userId}> why?` });
  await slack.waitFor((slack) => slack.sentTo(general).length === 1);
  slack.say({ from: anna, in: general, thread: question, text: 'and when?' });
  await slack.waitFor((slack) => slack.sentTo(general).length === 2);
  await stage.database.quiet();
  assert.partialDeepStrictEqual(slack.sentTo(general), [{ thread_ts: question.ts }, { thread_ts: question.ts }]);
  assert.equal(slack.sent.length, 4);
  assert.deepEqual(slack.specials, []);
  assert.ok(slack.deliveries.every(({ attempts }) => attempts === 1));
});

test('an admin begins a talk with somebody of whom only the member id is known, and their answer goes on in it', async (t) => {
  const stage = await openSlackStage(t);
  await stage.connect();
  const { slack, admin, database, read } = stage;
  const [anna, ben] = [slack.person({ name: 'anna' }), slack.person({ name: 'ben' })];
  slack.say({ from: ben, text: 'hello' });
  await slack.waitFor(() => read(slack.direct(ben)).length === 1);
  const begin = async (to: string) => {
    const { status, body } = await admin.call<{ id: string }>('POST', '/conversations/startConversation', {
      app: 'slack',
      to,
      message: 'Your parcel is here.',
    });
    return { status, conversationId: body.id };
  };
  for (const person of [anna, ben]) {
    const { status, conversationId } = await begin(person.id);
    assert.equal(status, 201);
    const home = slack.direct(person);
    await slack.waitFor(() => read(home).at(-1) === 'Your parcel is here.');
    slack.say({ from: person, text: 'thanks' });
    await slack.waitFor(() => read(home).at(-1) === 'Echo: thanks');
    await database.quiet();
    const said = await database.find('messages', { conversationId });
    assert.deepEqual(
      said.map(({ text }) => text),
      ['Your parcel is here.', 'thanks', 'Echo: thanks'],
    );
  }
  assert.equal((await database.find('identities', { channel: 'slack' })).length, 2);
  assert.equal((await begin('U0NOBODY')).status, 422);
});
