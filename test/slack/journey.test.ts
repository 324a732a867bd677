/** The whole product on Slack: asked in a direct chat, in a channel and by a command, and answered in each. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { openStage } from '#test/product/stage.ts';
import { startSlack } from '#test/standins/slack/index.ts';
import { envOf } from './app.ts';

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
