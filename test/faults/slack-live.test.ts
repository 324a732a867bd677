/** An answer on Slack that people see growing: within Slack's budget, one message in the end, and no half of it stays. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '#test/product/eventually.ts';
import { answerSlowly, answerTo } from '#test/product/groups.ts';
import { openSlackStage, type Place } from '#test/slack/stage.ts';

const SOME = 9;
const MANY = 30;
/** The adapter edits no oftener. */
const EDIT_MS = 1_500;

test('an answer that is seen growing on Slack', async (t) => {
  const stage = await openSlackStage(t);
  let product = await stage.connect();
  const { slack, model, database, read } = stage;
  const firstWords = (place: Place): Promise<unknown> => slack.waitFor(() => read(place).length > 0);
  const ask = (mark: string): { from: ReturnType<typeof slack.person>; home: Place } => {
    const from = slack.person();
    slack.say({ from, text: mark });
    return { from, home: slack.direct(from) };
  };

  await t.test('it grows by edits, no oftener than Slack allows, and is one message with all of it', async () => {
    answerSlowly(stage, 150);
    const askedAt = Date.now();
    const { home } = ask('g1');
    await slack.waitFor(() => read(home)[0]?.endsWith('end.'));
    await database.quiet();
    assert.deepEqual(read(home), [answerTo('g1')]);
    assert.equal(slack.sentTo(home).length, 1);
    const shown = slack.edits.filter(({ channel }) => channel === home.id).map(({ text }) => text);
    assert.ok(shown.length >= 3, `${shown.length} edits`);
    for (const text of shown) assert.ok(answerTo('g1').startsWith(text.trim()), text);
    // How far two lie apart when they are there says little: one may have been held up on its way. The last ends it, and may come sooner.
    const edits = slack.callsOf('chat.update');
    const lasted = (edits.at(-1)?.at ?? 0) - askedAt;
    assert.ok((edits.length - 1) * EDIT_MS <= lasted, `${edits.length} edits within ${lasted} ms`);
    t.diagnostic(`${edits.length} edits within ${lasted} ms`);
  });

  await t.test('the product is killed in the middle of it: there is one whole answer', async () => {
    answerSlowly(stage, 0);
    const gate = model.gate(SOME);
    const { home } = ask('g2');
    await firstWords(home);
    await eventually('the first words are noted', async () => {
      const growing = await database.find('deliveries', { live: 'growing', 'to.externalId': home.id });
      return growing.some(({ parts }) => (parts as { externalId?: string }[])[0]?.externalId !== undefined);
    });
    await product.kill('SIGKILL');
    gate.release();
    product = await stage.connect();
    await slack.waitFor(() => read(home).includes(answerTo('g2')));
    await database.quiet();
    assert.deepEqual(read(home), [answerTo('g2')]);
  });

  await t.test('the product is killed before it knows of the first words: they are found', async () => {
    const gate = model.gate(SOME);
    slack.faultNext('chat.postMessage', 'acceptThenHang');
    const { home } = ask('g3');
    await firstWords(home);
    await product.kill('SIGKILL');
    gate.release();
    product = await stage.connect();
    await slack.waitFor(() => read(home).includes(answerTo('g3')));
    await database.quiet();
    assert.deepEqual(read(home), [answerTo('g3')]);
  });

  await t.test(
    'many grow at once: they share the edits that Slack allows, and none waits long for its end',
    async () => {
      answerSlowly(stage, 150);
      slack.limits = { perMinute: { 'chat.update': 50 } };
      const begun = Date.now();
      const asked = Array.from({ length: MANY }, (_, index) => ({
        mark: `g${100 + index}`,
        ...ask(`g${100 + index}`),
      }));
      await slack.waitFor(() => asked.every(({ mark, home }) => read(home).includes(answerTo(mark))), 60_000);
      t.diagnostic(`${MANY} answers: ${Date.now() - begun} ms, ${slack.count('chat.update')} edits so far`);
      await database.quiet();
      for (const { mark, home } of asked) assert.deepEqual(read(home), [answerTo(mark)]);
      assert.equal(slack.violations, 0);
      slack.limits = {};
    },
  );

  await t.test('stopped by the command: nothing of it stays', async () => {
    const gate = model.gate(SOME);
    const { from, home } = ask('g4');
    await firstWords(home);
    slack.command({ from, text: 'stop' });
    await slack.waitFor(() => read(home).join() === 'Stopped.');
    gate.release();
    await database.quiet();
    assert.deepEqual(read(home), ['Stopped.']);
  });

  await t.test('stopped in a thread, where it is a mention: nothing of it stays', async () => {
    const gate = model.gate(SOME);
    const from = slack.person();
    const general = slack.channel({ with: [from] });
    const thread = slack.say({ from, in: general, text: `<@${slack.bot.userId}> g5` });
    await firstWords(general);
    slack.say({ from, in: general, thread, text: `<@${slack.bot.userId}> /stop` });
    await slack.waitFor(() => read(general).join() === 'Stopped.');
    gate.release();
    await database.quiet();
    assert.deepEqual(read(general), ['Stopped.']);
    assert.ok(slack.sentTo(general).every(({ thread_ts }) => thread_ts === thread.ts));
  });
});
