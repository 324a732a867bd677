/** P8 and P4 on Slack: what was said while nobody listened is fetched and answered, in order and once, or shown as a gap. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '#test/product/eventually.ts';
import { openSlackStage, type Place } from '#test/slack/stage.ts';

/** How slow the machine is decides nothing: there is no second try here. */
const UNHURRIED_MS = 30_000;

const idsOf = (stored: { _id: string }[]): string[] => stored.map(({ _id }) => _id);

test('on Slack, whose own second tries have all been in vain', async (t) => {
  const stage = await openSlackStage(t, { slack: { ackWithinMs: UNHURRIED_MS, retryMs: [] } });
  let product = await stage.connect();
  const { slack, database, admin, marksIn } = stage;
  const [anna, ben] = [slack.person({ name: 'anna' }), slack.person({ name: 'ben' })];
  const home = slack.direct(anna);
  const general = slack.channel({ name: 'general', with: [anna, ben] });
  const mention = `<@${slack.bot.userId}>`;
  const fetched = (): number => slack.count('users.conversations');
  const lookAgain = async (times: number): Promise<void> => {
    for (let time = 0; time < times; time += 1) {
      const [before, { greeted }] = [fetched(), slack.sockets];
      slack.sockets.cut();
      await slack.waitFor((now) => now.count('users.conversations') > before && now.sockets.greeted > greeted);
    }
  };
  const answered = (place: Place, ...marks: string[]): Promise<unknown> =>
    eventually(`${place.id} has its answers`, () => marksIn(place).length >= marks.length)
      .then(() => database.quiet())
      .then(() => assert.deepEqual(marksIn(place), marks));
  const storedTexts = async (): Promise<unknown[]> => {
    const found = await database.find('messages', { role: 'user' });
    return found.toSorted((a, b) => Number(a['createdAt']) - Number(b['createdAt'])).map(({ text }) => text);
  };

  slack.say({ from: anna, text: 'm1' });
  const question = slack.say({ from: ben, in: general, text: `${mention} m2` });
  await answered(home, 'm1');
  await answered(general, 'm2');
  await eventually('it is noted that all is known', async () => (await database.find('watermarks')).length === 1);

  await t.test('the product is killed: the next one answers what was said to nobody', async () => {
    await product.kill('SIGKILL');
    for (const text of ['m3', 'm4']) slack.say({ from: anna, text });
    const changed = slack.say({ from: anna, text: 'nothing' });
    slack.edit(changed, 'm5');
    slack.say({ from: anna, in: general, thread: question, text: 'm6' });
    const other = slack.say({ from: anna, in: general, text: `${mention} m7` });
    slack.say({ from: ben, in: general, thread: other, text: 'm8' });
    slack.say({ from: ben, in: general, text: 'not to us: m9' });
    product = await stage.connect();
    await answered(home, 'm1', 'm3', 'm4', 'm5');
    await eventually('the channel has its answers', () => marksIn(general).length >= 4);
    await database.quiet();
    const inThread = (ts: string): unknown[] =>
      slack.sentTo(general).flatMap((sent) => (sent.thread_ts === ts ? (sent.text.match(/\bm\d+\b/g) ?? []) : []));
    assert.deepEqual(
      [inThread(question.ts), inThread(other.ts)],
      [
        ['m2', 'm6'],
        ['m7', 'm8'],
      ],
    );
  });

  await t.test('Slack is away: what was said meanwhile is answered when it is back', async () => {
    await slack.down();
    for (const text of ['m10', 'm11', 'm12']) slack.say({ from: anna, text });
    await slack.up();
    await answered(home, 'm1', 'm3', 'm4', 'm5', 'm10', 'm11', 'm12');
  });

  await t.test('fetching it again, and being told all of it again, changes nothing', async () => {
    const [sent, stored] = [slack.sent.length, await storedTexts()];
    await lookAgain(3);
    const again = slack.deliveries.map((delivery) => slack.redeliver(delivery));
    await slack.waitFor(() => again.every(({ state }) => state === 'accepted'));
    slack.say({ from: anna, text: 'm13' });
    await eventually('what comes then is answered', () => marksIn(home).includes('m13'));
    await database.quiet();
    assert.deepEqual(await storedTexts(), [...stored, 'm13']);
    assert.equal(slack.sent.length, sent + 1);
  });

  await t.test('a channel that may not be read any more: a gap is shown in its conversations', async () => {
    await slack.down();
    slack.say({ from: anna, in: general, thread: question, text: 'm14' });
    general.members.delete(slack.bot.userId);
    await slack.up();
    const markers = await eventually('each has a marker', async () => {
      const found = await database.find('messages', { role: 'system' });
      return found.length >= 2 && found;
    });
    for (const { text } of markers)
      assert.match(String(text), /^Messages between .+ could not be fetched from this app\.$/);
    assert.equal(new Set(markers.map(({ conversationId }) => conversationId)).size, 2);
    const shown = await admin.messages(String(markers[0]?.['conversationId']));
    assert.equal(shown.at(-1)?.role, 'system');
    await lookAgain(3);
    const later = await eventually('the gaps have grown', async () => {
      const found = await database.find('messages', { role: 'system' });
      return found.every(({ textAt }, index) => Number(textAt) > Number(markers[index]?.['textAt'])) && found;
    });
    assert.deepEqual(idsOf(later), idsOf(markers), 'there are no more of them');
    slack.say({ from: anna, text: 'm15' });
    await eventually('others are answered', () => marksIn(home).includes('m15'));
  });

  await t.test('more was said than is fetched: what was fetched is answered, and the gap is shown', async () => {
    await product.kill('SIGKILL');
    const cleo = slack.person({ name: 'cleo' });
    for (let index = 0; index <= 1_000; index += 1) slack.say({ from: cleo, text: `m${1_000 + index}` });
    product = await stage.connect();
    const own = { chatId: { $regex: slack.direct(cleo).id } };
    await eventually('the gap is shown', async () => (await database.find('messages', { ...own, role: 'system' }))[0]);
    await database.quiet(60_000);
    assert.equal((await database.find('messages', { ...own, role: 'user' })).length, 1_000);
  });
  assert.deepEqual(
    product.lines.filter(({ level }) => level >= 50),
    [],
  );
});
