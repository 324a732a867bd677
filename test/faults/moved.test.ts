/** A group that goes on under another id: what was asked in it is answered where it is now. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
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
