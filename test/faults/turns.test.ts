/** What people do while they are being answered: write more, edit, stop, write too much. One answer, to what was meant. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { User } from 'grammy/types';
import { jobOf } from '#test/product/jobs.ts';
import { openStage, type Stage } from '#test/product/stage.ts';

/** What the bot has said to somebody. */
const heard = ({ telegram }: Stage, person: User): string[] => telegram.sentTo(person).map(({ text }) => text);

/** Waits until the model is being asked exactly this. */
const asked = ({ model }: Stage, words: string) =>
  model.waitFor(({ requests, active }) => active > 0 && requests.at(-1)?.messages.at(-1)?.content === words);

test('while an answer is made', async (t) => {
  const stage = await openStage(t);
  await stage.start();
  const { telegram, model, database } = stage;

  await t.test('an edit before the answer changes the question: one answer, to the new text', async () => {
    const person = telegram.person();
    const gate = model.gate(1);
    const message = telegram.say({ from: person, text: 'old question, which is long' });
    await asked(stage, 'old question, which is long');
    telegram.edit(message, { text: 'new question' });
    await asked(stage, 'new question');
    gate.release();
    await database.quiet();
    assert.deepEqual(heard(stage, person), ['Echo: new question']);
  });

  await t.test('an edit after the answer is kept as a version, and nothing is said', async () => {
    const person = telegram.person();
    const message = telegram.say({ from: person, text: 'first' });
    await jobOf(stage, person, 'deliver', 'sent');
    telegram.edit(message, { text: 'second' });
    await telegram.waitFor(({ pending }) => pending === 0);
    await database.quiet();
    const [stored] = await database.find('messages', { chatId: { $regex: `:${person.id}:$` }, role: 'user' });
    const [shown] = await stage.admin.messages(String(stored?.['conversationId']));
    assert.equal(shown?.text, 'second');
    assert.deepEqual(
      shown.edits?.map(({ text }) => text),
      ['first'],
    );
    assert.deepEqual(heard(stage, person), ['Echo: first']);
  });

  await t.test('an edit that comes before its original, in the same second, is what the message says', async () => {
    const person = telegram.person();
    const message = telegram.say({ from: person, text: 'as it was' });
    await jobOf(stage, person, 'deliver', 'sent');
    const at = { ...message, message_id: 4_000, date: message.date };
    telegram.push({ edited_message: { ...at, text: 'as it is', edit_date: message.date } });
    telegram.push({ message: { ...at, text: 'as it was' } });
    await telegram.waitFor(({ pending }) => pending === 0);
    await database.quiet();
    const [stored] = await database.find('messages', { key: { $regex: `:${person.id}::4000$` } });
    assert.equal(stored?.['text'], 'as it is');
  });

  await t.test('a message that comes meanwhile cuts the answer short, and one answer is given to both', async () => {
    const person = telegram.person();
    const gate = model.gate(1);
    telegram.say({ from: person, text: 'the first of two messages' });
    await asked(stage, 'the first of two messages');
    telegram.say({ from: person, text: 'and the second' });
    await asked(stage, 'the first of two messages\n\nand the second');
    gate.release();
    await database.quiet();
    assert.deepEqual(heard(stage, person), ['Echo: the first of two messages\n\nand the second']);
  });

  await t.test(
    'three answers are cut short at most: the fourth is said, and what came later is answered next',
    async () => {
      const person = telegram.person();
      const gate = model.gate(1);
      const said: string[] = [];
      const { aborted } = model;
      for (const text of ['message one of five', 'two', 'three', 'four']) {
        said.push(text);
        telegram.say({ from: person, text });
        await asked(stage, said.join('\n\n'));
      }
      await model.waitFor((now) => now.aborted === aborted + 3);
      telegram.say({ from: person, text: 'five' });
      await telegram.waitFor(({ pending }) => pending === 0);
      gate.release();
      await database.quiet();
      assert.equal(model.aborted, aborted + 3, 'the fourth run was left alone');
      assert.deepEqual(heard(stage, person), [`Echo: ${said.join('\n\n')}`, 'Echo: five']);
    },
  );

  await t.test(
    '/stop ends the answer: nothing more is said, the turn is cancelled, and the next is answered',
    async () => {
      const person = telegram.person();
      const gate = model.gate(1);
      const aborted = model.aborted;
      telegram.say({ from: person, text: 'a question that is taken back' });
      await asked(stage, 'a question that is taken back');
      telegram.say({ from: person, text: '/stop' });
      await model.waitFor((standin) => standin.aborted > aborted);
      await jobOf(stage, person, 'reply', 'cancelled');
      gate.release();
      telegram.say({ from: person, text: 'another question' });
      await telegram.waitFor(() => heard(stage, person).length === 2);
      await database.quiet();
      assert.deepEqual(heard(stage, person).toSorted(), ['Echo: another question', 'Stopped.']);
    },
  );
});

test('a burst is waited for, and answered together', async (t) => {
  const stage = await openStage(t, { env: { REPLY_WAIT_MS: '400' } });
  await stage.start();
  const { telegram, database } = stage;
  const person = telegram.person();
  const texts = ['one', 'two', 'three'];
  for (const text of texts) telegram.say({ from: person, text });
  await telegram.waitFor(() => heard(stage, person).join().includes('three'));
  await database.quiet();
  const answered = heard(stage, person).flatMap((text) => text.replace('Echo: ', '').split('\n\n'));
  assert.deepEqual(answered, texts);
  assert.ok(heard(stage, person).length <= 2);
});
