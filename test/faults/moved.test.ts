/** A group that goes on under another id: what was asked in it is answered where it is now. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '#test/product/eventually.ts';
import { askInGroup, answerTo, readIn } from '#test/product/groups.ts';
import { openStage } from '#test/product/stage.ts';

test('a group moves while its question is answered: the answer is said where the group is now', async (t) => {
  const stage = await openStage(t);
  await stage.start();
  const { telegram, model, database } = stage;
  model.reply = (messages) => answerTo(/g\d+/.exec(messages.at(-1)?.content ?? '')?.[0] ?? '');
  const gate = model.gate();
  const { group, mark } = askInGroup(stage);
  await model.waitFor(({ active }) => active === 1);
  const next = telegram.migrate(group);
  await telegram.waitFor(({ pending }) => pending === 0);
  gate.release();
  await database.quiet();
  assert.deepEqual([readIn(stage, group), readIn(stage, next)], [[], [answerTo(mark)]]);
});

test('an answer that was refused because the group had moved is said where it is now when it is replayed', async (t) => {
  const stage = await openStage(t);
  await stage.start();
  const { telegram, model, database, admin } = stage;
  model.reply = (messages) => answerTo(/g\d+/.exec(messages.at(-1)?.content ?? '')?.[0] ?? '');
  telegram.faultNext('sendMessage', {
    status: 400,
    description: 'Bad Request: group chat was upgraded to a supergroup chat',
  });
  const { group, mark } = askInGroup(stage);
  const job = await eventually('it is refused', async () => (await admin.jobs('?kind=deliver&state=failed'))[0]);
  assert.equal(job.error?.code, 'chat_moved');
  const next = telegram.migrate(group);
  await telegram.waitFor(({ pending }) => pending === 0);
  assert.equal((await admin.replay(job.id)).status, 202);
  await database.quiet();
  assert.deepEqual(readIn(stage, next), [answerTo(mark)]);
});
