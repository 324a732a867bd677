/** P8 on Slack: events that it drops, because there were too many or nobody took them, are fetched and answered. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '#test/product/eventually.ts';
import { ownServices } from '#test/product/services.ts';
import { openSlackStage, type SlackStage } from '#test/slack/stage.ts';

const MINUTE_S = 60;
const UNHURRIED_MS = 30_000;

/** The beginning of a minute that ended so many seconds ago. */
const minuteBefore = (seconds: number): number => Math.floor(Date.now() / 1000) - MINUTE_S - seconds;

async function whenKnown({ database }: SlackStage): Promise<void> {
  await eventually('it is noted that all is known', async () => (await database.find('watermarks')).length === 1);
}

/** Slack calls this address, and Anna's `m1` has been answered. */
async function beginOverHttp(stage: SlackStage, url: string) {
  const { slack, marksIn } = stage;
  slack.requestUrl = `${url}/webhooks/slack`;
  const anna = slack.person({ name: 'anna' });
  const home = slack.direct(anna);
  slack.say({ from: anna, text: 'm1' });
  await eventually('it is answered', () => marksIn(home).length === 1);
  await whenKnown(stage);
  return { anna, home };
}

test('events are dropped: what was said meanwhile is answered in order and once, by one look for all that is told', async (t) => {
  const stage = await openSlackStage(t, { slack: { ackWithinMs: UNHURRIED_MS, retryMs: [] } });
  await stage.connect();
  const { slack, database, marksIn } = stage;
  const anna = slack.person({ name: 'anna' });
  const general = slack.channel({ name: 'general', with: [anna] });
  const home = slack.direct(anna);
  slack.say({ from: anna, text: 'm1' });
  const question = slack.say({ from: anna, in: general, text: `<@${slack.bot.userId}> m2` });
  await eventually('both are answered', () => [home, general].every((place) => marksIn(place).length === 1));
  await whenKnown(stage);
  const looks = slack.count('users.conversations');

  slack.isDropping = true;
  for (const text of ['m3', 'm4']) slack.say({ from: anna, text });
  slack.say({ from: anna, in: general, thread: question, text: 'm5' });
  slack.isDropping = false;
  const told = Array.from({ length: 5 }, () => slack.tellLimited(minuteBefore(30)));
  await slack.waitFor(() => told.every(({ state }) => state === 'accepted'));
  slack.say({ from: anna, text: 'm6' });

  await eventually('all is answered', () => marksIn(home).includes('m4') && marksIn(general).includes('m5'), 30_000);
  await eventually('what came afterwards too', () => marksIn(home).includes('m6'));
  await database.quiet();
  assert.deepEqual(marksIn(general), ['m2', 'm5']);
  assert.deepEqual(marksIn(home).toSorted(), ['m1', 'm3', 'm4', 'm6']);
  assert.ok(marksIn(home).indexOf('m3') < marksIn(home).indexOf('m4'));
  const [watermark = {}] = await eventually('it is settled', async () => {
    const found = await database.find('watermarks');
    return found.every((one) => !('missedUntil' in one)) && found;
  });
  assert.ok(!('missedSince' in watermark));
  assert.equal(slack.count('users.conversations') - looks, 1, 'one look for all of them');
});

test('told over HTTP to a process that does not listen: the one that does looks, when the minute is over', async (t) => {
  const stage = await openSlackStage(t, { slack: { ackWithinMs: UNHURRIED_MS, retryMs: [] } });
  const { slack, database, marksIn } = stage;
  const env = { SLACK_APP_TOKEN: '', SLACK_SIGNING_SECRET: slack.signingSecret };
  await stage.start({ ...env, ROLES: 'channels,reply,deliver,housekeeping' });
  const { url } = await stage.start({ ...env, ROLES: 'api' });
  const { anna, home } = await beginOverHttp(stage, url);

  slack.isDropping = true;
  slack.say({ from: anna, text: 'm2' });
  slack.isDropping = false;
  const [looks, toldAt] = [slack.count('users.conversations'), Date.now()];
  // Our clock and Slack's may differ: the look is 15 s after the end of the minute.
  const told = slack.tellLimited(minuteBefore(10));
  await slack.waitFor(() => told.state === 'accepted');
  await eventually('it is answered too', () => marksIn(home).includes('m2'), 30_000);
  assert.ok(Date.now() - toldAt >= 4_000, 'not before the minute was over');
  await database.quiet();
  assert.deepEqual(marksIn(home), ['m1', 'm2']);
  assert.equal(slack.count('users.conversations') - looks, 1);
});

test('over HTTP, MongoDB is away until Slack has given up: what was said is answered when it is back', async (t) => {
  const services = await ownServices();
  // Its real last try is after minutes, and by then nothing can be noted either.
  const stage = await openSlackStage(t, { services, slack: { ackWithinMs: UNHURRIED_MS, retryMs: [8_000] } });
  const { slack, database, marksIn } = stage;
  const { url } = await stage.start({ SLACK_APP_TOKEN: '', SLACK_SIGNING_SECRET: slack.signingSecret });
  const { anna, home } = await beginOverHttp(stage, url);

  await services.signal('mongodb', 'SIGSTOP');
  slack.say({ from: anna, text: 'm2' });
  await slack.waitFor(({ deliveries }) => deliveries.at(-1)?.state === 'lost', 60_000);
  await services.signal('mongodb', 'SIGCONT');
  await eventually('it is answered too', () => marksIn(home).includes('m2'), 60_000);
  await database.quiet();
  assert.deepEqual(marksIn(home), ['m1', 'm2']);
});
