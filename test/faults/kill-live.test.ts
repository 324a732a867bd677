/** `kill -9` at every step of an answer that people see growing: no half answer stays, and the whole one is said once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Chat } from 'grammy/types';
import { eventually, within } from '#test/product/eventually.ts';
import { answerSlowly, answerTo, askInGroup, readIn } from '#test/product/groups.ts';
import { type Place, type Proxy, startProxy } from '#test/product/proxy.ts';
import { sharedServices } from '#test/product/services.ts';
import { openStage, type Stage } from '#test/product/stage.ts';

/** The steps of ARCHITECTURE's walk that such an answer has besides, and by what each is known on the wire. */
const SHOW = ['deliveries', 'live:trn_', 'growing'];
const NOTE = ['deliveries', 'parts.0.state'];
const DECIDE = ['.messages', 'out:trn_', 'decided'];
/** Of a message that is there already: to be finished, or removed. */
// oxlint-disable-next-line no-control-regex
const INTEND = /update\0.{4}deliveries\0.*leaseHolder.*sending.*externalId/s;
const RECORD = ['deliveries', '$push', 'tries'];
const WITHDRAW = ['deliveries', 'withdrawn', 'growing'];

/** So many deltas are there when the answer is held. */
const SOME = 9;

/** Whether these are the first words in the chat, and their message is known. */
function isNoted(chat: Chat, to: unknown, parts: unknown): boolean {
  const [first] = parts as { externalId?: string }[];
  return (to as { externalId: string }).externalId === String(chat.id) && first?.externalId !== undefined;
}

/** What is left in the chat, where it is not the answer alone. */
type Left = 'unknown' | 'stopped';
/** One moment: lets things take their course, and resolves when the product is there. */
type Moment = { name: string; left?: Left; reach: (chat: Chat, stop: () => void) => Promise<unknown> };

function momentsOf({ telegram, model, database }: Stage, mongodb: Proxy): Moment[] {
  const at = (says: Place['says'], where: Place['where']) => () => mongodb.stopAt({ says, where });
  /** Holds the answer when the first words are there, does something, and lets go of it after the product was killed. */
  const held = (then: (stop: () => void) => Promise<unknown>) => async (chat: Chat, stop: () => void) => {
    const gate = model.gate(SOME);
    await eventually('the first words are noted', async () => {
      const growing = await database.find('deliveries', { live: 'growing', state: 'sending' });
      return growing.some(({ to, parts }) => isNoted(chat, to, parts));
    });
    await then(stop);
    setImmediate(() => gate.release());
  };
  const thenStop = (says: Place['says'], where: Place['where']) =>
    held((stop) => {
      const reached = mongodb.stopAt({ says, where });
      stop();
      return reached;
    });
  const once = (method: string, count: (all: Stage['telegram']) => number) => {
    telegram.faultNext(method, 'acceptThenHang');
    const before = count(telegram);
    return telegram.waitFor((all) => count(all) > before);
  };
  return [
    { name: 'before the first words are intended', reach: at(SHOW, 'before') },
    { name: 'after the first words are intended', left: 'unknown', reach: at(SHOW, 'after') },
    {
      name: 'after the first words are sent, before the answer',
      left: 'unknown',
      reach: () => once('sendMessage', ({ sent }) => sent.length),
    },
    { name: 'before the first words are noted', left: 'unknown', reach: at(NOTE, 'before') },
    { name: 'after the first words are noted', reach: at(NOTE, 'after') },
    { name: 'while it grows', reach: held(async () => undefined) },
    { name: 'before it is decided', reach: at(DECIDE, 'before') },
    { name: 'after it is decided', reach: at(DECIDE, 'after') },
    { name: 'before the last edit is intended', reach: at(INTEND, 'before') },
    { name: 'after the last edit is intended', reach: at(INTEND, 'after') },
    { name: 'in the last edit', reach: () => once('editMessageText', ({ edits }) => edits.length) },
    { name: 'before the last edit is recorded', reach: at(RECORD, 'before') },
    { name: 'after the last edit is recorded', reach: at(RECORD, 'after') },
    { name: 'before it is withdrawn', left: 'stopped', reach: thenStop(WITHDRAW, 'before') },
    { name: 'after it is withdrawn', left: 'stopped', reach: thenStop(WITHDRAW, 'after') },
    { name: 'before its removal is intended', left: 'stopped', reach: thenStop(INTEND, 'before') },
    {
      name: 'in its removal',
      left: 'stopped',
      reach: held((stop) => {
        const removed = once('deleteMessage', ({ deletions }) => deletions.length);
        stop();
        return removed;
      }),
    },
  ];
}

test('the product is killed at every step of an answer that grows', async (t) => {
  const { mongodbUri } = await sharedServices();
  const mongodb = await startProxy(t, 'mongodb', mongodbUri);
  const stage = await openStage(t, { via: { mongodbUri: mongodb.via } });
  const { telegram, database, admin } = stage;
  answerSlowly(stage, 25);
  const asked: { group: Chat; mark: string; moment: Moment }[] = [];
  for (const moment of momentsOf(stage, mongodb)) {
    const product = await stage.start();
    // What the one before left is settled first: a moment is that of its own answer.
    await database.quiet();
    const { group, mark, question } = askInGroup(stage);
    const { from } = question;
    const stop = () => void telegram.say({ chat: group, ...(from && { from }), text: `/stop@${telegram.username}` });
    asked.push({ group, mark, moment });
    await within(60_000, `the product comes to "${moment.name}"`, moment.reach(group, stop));
    await product.kill('SIGKILL');
  }
  await stage.start();
  await telegram.waitFor(({ pending }) => pending === 0);
  await database.quiet();

  for (const { id } of await admin.jobs('?state=unknown'))
    assert.equal((await admin.resolve(id, 'not_sent')).status, 200);
  await database.quiet();
  for (const { group, mark, moment } of asked) {
    const [answer, read] = [answerTo(mark), readIn(stage, group)];
    if (moment.left === 'stopped') {
      assert.deepEqual(read, ['Stopped.'], moment.name);
      continue;
    }
    assert.equal(read.filter((text) => text === answer).length, 1, `${moment.name}: ${JSON.stringify(read)}`);
    // Nobody could know of the first words whether they are there: they may stand before the answer.
    const halves = read.filter((text) => text !== answer);
    assert.ok(halves.length <= (moment.left === 'unknown' ? 1 : 0), `${moment.name}: ${JSON.stringify(read)}`);
  }
  assert.deepEqual(
    (await database.find('deliveries', { live: 'growing' })).map(({ _id }) => _id),
    [],
    'nothing grows for ever',
  );
});
