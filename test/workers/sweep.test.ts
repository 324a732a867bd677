/** The sweeper on turns that nobody works on: whatever left them behind, they come to an end. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '#src/id.ts';
import { newConversation } from '#src/store/new.ts';
import type { Store } from '#src/store/store.ts';
import { openStore } from '#test/store/open-store.ts';
import { silentBells } from '#test/queue/silent-bells.ts';
import { sweep } from '#workers/housekeeping/sweep.ts';

/** A turn that was last touched long ago, with one message in this state. */
async function leaveTurn(
  store: Store,
  turn: 'queued' | 'running',
  answer: 'failed' | 'given' | 'stopped',
  hasWork = false,
): Promise<string> {
  const at = new Date(Date.now() - 60_000);
  const [_id, conversationId, message] = [newId('trn'), newId('cnv'), newId('msg')];
  const place = { conversationId, chatId: 'telegram:1:2:', channel: 'telegram' };
  await store.conversations.insertOne({ ...newConversation(conversationId, at, { kind: 'direct' }), hasWork });
  await store.messages.insertOne({
    ...place,
    _id: message,
    seq: 1,
    key: `in:${message}`,
    role: 'user',
    text: 'hello',
    textAt: at,
    edits: [],
    attachments: [],
    answer,
    createdAt: at,
  });
  await store.turns.insertOne({
    ...place,
    _id,
    state: turn,
    inputs: [message],
    runs: [],
    createdAt: at,
    updatedAt: at,
  });
  return _id;
}

test('turns that nobody works on are carried on or ended; all others are left alone', async (t) => {
  const store = await openStore(t);
  const stateOf = async (id: string): Promise<string | undefined> => (await store.turns.findById(id).lean())?.state;
  const [halfReplayed, answeredElsewhere, stopped, atWork] = await Promise.all([
    leaveTurn(store, 'queued', 'failed'),
    leaveTurn(store, 'queued', 'given'),
    leaveTurn(store, 'running', 'stopped'),
    leaveTurn(store, 'running', 'given', true),
  ]);
  await sweep({ store, bells: silentBells });
  const turn = await store.turns.findById(halfReplayed).lean();
  const conversation = await store.conversations.findById(turn?.conversationId).lean();
  assert.deepEqual([turn?.state, conversation?.hasWork], ['queued', true], 'the replay goes on');
  assert.equal(await stateOf(answeredElsewhere), 'cancelled');
  assert.equal(await stateOf(stopped), 'cancelled');
  assert.equal(await stateOf(atWork), 'running');
});
