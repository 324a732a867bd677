/** An answer that people see growing: whatever becomes of it, no half answer stays, and the whole one is said once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Chat } from 'grammy/types';
import type { Job } from '#test/product/admin.ts';
import { eventually, within } from '#test/product/eventually.ts';
import { answerSlowly, answerTo, askInGroup, readIn } from '#test/product/groups.ts';
import { startProxy } from '#test/product/proxy.ts';
import { sharedServices } from '#test/product/services.ts';
import { openStage } from '#test/product/stage.ts';

const SOME = 9;
const SEND_TIMEOUT_MS = '1500';
/** What became of the first words is written. */
const NOTE = ['deliveries', 'parts.0.state'];

test('an answer that is seen growing', async (t) => {
  const stage = await openStage(t, { env: { SEND_TIMEOUT_MS } });
  await stage.start();
  const { telegram, model, database, admin } = stage;
  answerSlowly(stage, 0);
  const read = (chat: Chat) => readIn(stage, chat);
  const firstWords = (chat: Chat): Promise<unknown> => telegram.waitFor(() => read(chat).length > 0);
  /** The deliveries that were seen growing there. */
  const grownIn = ({ id }: { id: number }) =>
    database.find('deliveries', { live: { $ne: null }, 'to.externalId': String(id) });
  const unknownJob = (): Promise<Job> =>
    eventually('a delivery is unknown', async () => (await admin.jobs('?state=unknown'))[0]);

  await t.test('in a private chat: drafts, then the answer, and no other message', async () => {
    const [gate, from] = [model.gate(SOME), telegram.person()];
    telegram.say({ from, text: 'g1000' });
    await telegram.waitFor(({ drafts }) => drafts.length > 0);
    gate.release();
    await database.quiet();
    assert.ok(answerTo('g1000').startsWith(telegram.drafts[0]?.text ?? 'nothing'));
    assert.deepEqual(
      telegram.sentTo(from).map(({ text }) => text),
      [answerTo('g1000')],
    );
    assert.deepEqual(await grownIn(from), []);
  });

  await t.test('an answer that is there at once is not shown growing', async () => {
    // The best of some: on a busy machine it may not be there at once.
    for (let n = 1; n <= 5; n += 1) {
      const { group, mark } = askInGroup(stage);
      await telegram.waitFor(() => read(group).includes(answerTo(mark)));
      await database.quiet();
      const edits = telegram.edits.filter(({ chat_id }) => chat_id === group.id);
      if (edits.length === 0 && (await grownIn(group)).length === 0) return;
    }
    assert.fail('it is shown growing each time');
  });

  await t.test('in a group: the first words are a message, which becomes the answer', async () => {
    const gate = model.gate(SOME);
    const { group, mark, question } = askInGroup(stage);
    await firstWords(group);
    assert.ok(answerTo(mark).startsWith(read(group)[0] ?? 'nothing'));
    gate.release();
    await database.quiet();
    assert.deepEqual(read(group), [answerTo(mark)]);
    const [sent, ...others] = telegram.sentTo(group);
    assert.deepEqual([sent?.reply_parameters?.message_id, others], [question.message_id, []]);
    const [delivery] = await grownIn(group);
    assert.partialDeepStrictEqual(delivery, { state: 'sent', live: 'decided', isOpen: false, attempts: 1 });
    const [message] = await database.find('messages', { _id: delivery?.['messageId'] });
    assert.equal(message?.['text'], answerTo(mark).trim());
  });

  await t.test('a long answer: the message becomes its first part, and the others follow', async () => {
    const { reply } = model;
    const long = `${'many words '.repeat(600)}end`;
    model.reply = () => ({ text: long, chunk: 100 });
    const gate = model.gate(SOME);
    const { group } = askInGroup(stage);
    await firstWords(group);
    gate.release();
    await database.quiet();
    model.reply = reply;
    assert.equal(read(group).length, 2);
    assert.equal(read(group).join(' ').replaceAll(/\s+/g, ' '), long);
  });

  await t.test('/stop while it grows: nothing of it stays', async () => {
    const gate = model.gate(SOME);
    const { group, question } = askInGroup(stage);
    await firstWords(group);
    telegram.say({ chat: group, ...(question.from && { from: question.from }), text: `/stop@${telegram.username}` });
    await telegram.waitFor(() => read(group).join() === 'Stopped.');
    gate.release();
    await database.quiet();
    assert.deepEqual(read(group), ['Stopped.']);
  });

  await t.test('the question changes while it grows: the new one is answered, once', async () => {
    const gate = model.gate(SOME);
    const { group, question } = askInGroup(stage);
    await firstWords(group);
    telegram.edit(question, { text: `@${telegram.username} g2000` });
    await telegram.waitFor(({ deletions }) => deletions.some(({ chat_id }) => chat_id === group.id));
    gate.release();
    await database.quiet();
    assert.deepEqual(read(group), [answerTo('g2000')]);
  });

  await t.test('the model breaks while it grows: what was shown goes, and the person is told', async () => {
    const gate = model.gate(SOME);
    model.faultNext({ finish: 'content_filter', text: answerTo('g3000') });
    const { group } = askInGroup(stage);
    await firstWords(group);
    gate.release();
    await database.quiet();
    assert.equal(read(group).length, 1);
    assert.match(read(group)[0] ?? '', /does not want to talk/);
  });

  await t.test('somebody deletes the message while it grows: the answer is said all the same', async () => {
    const gate = model.gate(SOME);
    const { group, mark } = askInGroup(stage);
    await firstWords(group);
    const id = telegram.sentTo(group)[0]?.message_id;
    await fetch(`${telegram.apiRoot}/bot${telegram.token}/deleteMessage?chat_id=${group.id}&message_id=${id}`);
    gate.release();
    await database.quiet();
    assert.deepEqual(read(group), [answerTo(mark)]);
  });

  for (const fault of ['acceptThenHang', 'acceptThenReset', { status: 500 }] as const) {
    await t.test(
      `the last edit ends in ${JSON.stringify(fault)}: it is made again, and nothing is unknown`,
      async () => {
        const gate = model.gate(SOME);
        const { group, mark } = askInGroup(stage);
        await firstWords(group);
        telegram.faultNext('editMessageText', fault);
        gate.release();
        await database.quiet();
        assert.deepEqual([read(group), await admin.jobs('?state=unknown')], [[answerTo(mark)], []]);
      },
    );
  }

  await t.test(
    'the last edit is refused, and nobody knows of the removal: both are made again, and nothing is unknown',
    async () => {
      const gate = model.gate(SOME);
      const { group, mark } = askInGroup(stage);
      await firstWords(group);
      telegram.faultNext('editMessageText', { status: 400 });
      telegram.faultNext('deleteMessage', 'hang');
      gate.release();
      await database.quiet();
      assert.deepEqual([read(group), await admin.jobs('?state=unknown')], [[answerTo(mark)], []]);
    },
  );

  await t.test('the first words were certainly not taken: the answer comes whole', async () => {
    telegram.faultNext('sendMessage', { status: 500 });
    const gate = model.gate(SOME);
    const { group, mark } = askInGroup(stage);
    await telegram.waitFor(({ calls }) =>
      calls.some(({ payload }) => payload['chat_id'] === group.id && payload['text']),
    );
    gate.release();
    await database.quiet();
    assert.deepEqual(read(group), [answerTo(mark)]);
  });

  for (const fault of ['acceptThenHang', 'hang'] as const) {
    await t.test(`nobody knows of the first words (${fault}): the answer waits for an admin`, async () => {
      telegram.faultNext('sendMessage', fault);
      const gate = model.gate(SOME);
      const { group, mark } = askInGroup(stage);
      await eventually(
        'the outcome is unknown',
        async () => (await database.find('deliveries', { 'parts.state': 'unknown', live: 'growing' })).length > 0,
      );
      gate.release();
      const { id, error } = await unknownJob();
      assert.match(error?.message ?? '', /first words of this answer/);
      assert.equal(read(group).length, fault === 'hang' ? 0 : 1, 'nothing more is said unasked');
      await admin.resolve(id, 'not_sent');
      await database.quiet();
      assert.equal(read(group).filter((text) => text === answerTo(mark)).length, 1);
    });
  }
});

test('the question changes while MongoDB is away that is to be told of the first words: they are known all the same', async (t) => {
  const { mongodbUri } = await sharedServices();
  const mongodb = await startProxy(t, 'mongodb', mongodbUri);
  const stage = await openStage(t, { env: { SEND_TIMEOUT_MS }, via: { mongodbUri: mongodb.via } });
  const { telegram, model, database, admin } = stage;
  await stage.start();
  answerSlowly(stage, 0);
  const noted = mongodb.stopAt({ says: NOTE, where: 'before' });
  const gate = model.gate(SOME);
  const { group, question } = askInGroup(stage);
  await within(60_000, 'the first words are to be noted', noted);
  telegram.edit(question, { text: `@${telegram.username} g2001` });
  await model.waitFor(({ active }) => active === 0);
  mongodb.hangUp();
  gate.release();
  await database.quiet();
  assert.deepEqual([readIn(stage, group), await admin.jobs('?state=unknown')], [[answerTo('g2001')], []]);
});
