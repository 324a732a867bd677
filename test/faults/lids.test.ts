/** The lids on what an open bot can cost: past them one kind line, nothing lost. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '#test/product/eventually.ts';
import { openStage } from '#test/product/stage.ts';

test('past PERSON_DAILY_TURNS a person is told once a day, others are answered, and each turn is shown', async (t) => {
  const stage = await openStage(t, { env: { PERSON_DAILY_TURNS: '2' } });
  await stage.start();
  const { telegram, database, admin } = stage;
  const [eager, other] = [telegram.person(), telegram.person()];
  for (const text of ['1', '2', '3', '4', '5']) {
    telegram.say({ from: eager, text });
    await telegram.waitFor(({ pending }) => pending === 0);
    await database.quiet();
  }
  telegram.say({ from: other, text: 'me' });
  await telegram.waitFor(() => telegram.sentTo(other).length === 1);
  await database.quiet();
  const heard = telegram.sentTo(eager).map(({ text }) => text);
  assert.deepEqual(heard.slice(0, 2), ['Echo: 1', 'Echo: 2']);
  assert.equal(heard.length, 3, 'one line for all that is too much');
  assert.match(heard[2] ?? '', /tomorrow/);
  const failed = await admin.jobs('?state=failed&error=person_daily_turns_reached');
  assert.deepEqual(
    failed.map(({ text }) => text),
    ['5', '4', '3'],
  );
  const conversationId = failed[0]?.conversationId;
  const messages = await admin.messages(conversationId ?? '');
  assert.deepEqual(
    messages.map(({ seq }) => seq),
    messages.map((_, index) => index + 1),
    'no place is empty',
  );
});

test('past DAILY_TURNS everybody is told so, once', async (t) => {
  const stage = await openStage(t, { env: { DAILY_TURNS: '1' } });
  await stage.start();
  const { telegram, database } = stage;
  const people = [telegram.person(), telegram.person()];
  for (const from of [...people, ...people]) {
    telegram.say({ from, text: 'hello' });
    await telegram.waitFor(({ pending }) => pending === 0);
    await database.quiet();
  }
  const [first, second] = people.map((person) => telegram.sentTo(person).map(({ text }) => text.slice(0, 5)));
  assert.deepEqual([first, second], [['Echo:', 'I hav'], ['I hav']]);
});

test('past PERSON_RATE messages wait, with one line that says so', async (t) => {
  const stage = await openStage(t, { env: { PERSON_RATE: '3' } });
  await stage.start();
  const { telegram, database } = stage;
  const [person, saidAt] = [telegram.person(), Date.now()];
  for (const text of ['1', '2', '3', '4', '5', '6', '7']) {
    telegram.say({ from: person, text });
    await telegram.waitFor(({ pending }) => pending === 0);
  }
  await telegram.waitFor(() => telegram.sentTo(person).some(({ text }) => text.startsWith('You write faster')));
  await eventually('what waits is not forgotten until the window opens', async () => {
    const [conversation] = await database.find('conversations', { hasWork: true });
    return Number(conversation?.['readyAt']) > saidAt + 30_000;
  });
  const lines = await database.find('deliveries', { kind: 'notice' });
  assert.equal(lines.length, 1);
  const answered = telegram.sentTo(person).filter(({ text }) => text.startsWith('Echo')).length;
  assert.ok(answered <= 3);
});
