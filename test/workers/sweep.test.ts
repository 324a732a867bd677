/** The sweeper: what it rings for, and how what nobody works on comes to an end. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '#src/id.ts';
import { createLogger } from '#src/log.ts';
import type { Bells } from '#src/queue/bells.ts';
import type { Delivery } from '#src/store/deliveries.ts';
import { newConversation, newDelivery } from '#src/store/new.ts';
import type { Store } from '#src/store/store.ts';
import { openStore } from '#test/store/open-store.ts';
import { silentBells } from '#test/queue/silent-bells.ts';
import { within } from '#test/product/eventually.ts';
import { startSweeper, sweep } from '#workers/housekeeping/sweep.ts';

/** Less than the ten seconds for which an erasure waits for a send. */
const SOON_MS = 9_000;

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

/** Doorbells that tell who was rung for. */
function heardBells(onRing: (name: string, ids: string[]) => void): Bells {
  const bellOf = (name: string) => ({ ...silentBells.reply, ring: async (...ids: string[]) => onRing(name, ids) });
  return { ...silentBells, reply: bellOf('reply'), deliver: bellOf };
}

function leaveDelivery(channel: string, number: number, nextTryAt: Date): Delivery {
  const chatId = `${channel}:us:${number}:`;
  const _id = `${channel}-${number}`;
  return { ...newDelivery(nextTryAt, 'direct', { _id, key: _id, kind: 'notice', chatId, text: 'hello' }), nextTryAt };
}

test('a channel that nobody serves any more, with ever so much to say, keeps no other from being rung for', async (t) => {
  const store = await openStore(t);
  const now = Date.now();
  for (let from = 0; from < 500; from += 250) {
    const left = Array.from({ length: 250 }, (_, n) => leaveDelivery('gone', from + n, new Date(now - 60_000)));
    await store.deliveries.insertMany(left);
  }
  await store.deliveries.insertMany([
    leaveDelivery('here', 1, new Date(now - 1_000)),
    leaveDelivery('here', 2, new Date(now + 60_000)),
  ]);
  const rung: string[] = [];
  const bells = heardBells((name, ids) => name === 'here' && rung.push(...ids));
  await sweep({ store, bells });
  assert.deepEqual(rung, ['here:us:1:']);
});

test('a chat in which ever so much waits to be said keeps no other from being rung for', async (t) => {
  const store = await openStore(t);
  const now = Date.now();
  for (let from = 0; from < 500; from += 250) {
    const left = Array.from({ length: 250 }, (_, n) => {
      const at = new Date(now - 60_000 + n);
      return { ...leaveDelivery('here', 1, at), _id: `dlv_${from + n}`, key: `${from + n}` };
    });
    await store.deliveries.insertMany(left);
  }
  await store.deliveries.insertOne(leaveDelivery('here', 2, new Date(now - 1_000)));
  const rung: string[] = [];
  await sweep({ store, bells: heardBells((name, ids) => name === 'here' && rung.push(...ids)) });
  assert.deepEqual(rung, ['here:us:1:', 'here:us:2:']);
});

test('an erasure that waits for somebody to end their send holds up neither the rings nor a stop', async (t) => {
  const store = await openStore(t);
  const at = new Date();
  const [gone, asked] = [newId('cnv'), newId('cnv')];
  const chatId = 'here:us:1:';
  await store.conversations.insertMany([
    { ...newConversation(gone, at, { kind: 'group', chatId }), goneAt: at },
    { ...newConversation(asked, at, { kind: 'direct' }), hasWork: true },
  ]);
  const lease = { state: 'sending' as const, leaseHolder: 'somebody', leaseUntil: new Date(at.getTime() + 60_000) };
  await store.deliveries.insertOne({ ...leaveDelivery('here', 1, at), conversationId: gone, ...lease });
  await store.erasures.create({ _id: gone, state: 'open', dueAt: at });
  const twice = Promise.withResolvers<void>();
  let rings = 0;
  const bells = heardBells((_name, ids) => {
    if (ids.includes(asked) && (rings += 1) === 2) twice.resolve();
  });
  const live = { publish: () => undefined, subscribe: async () => () => undefined, close: () => undefined };
  const keeper = { hold: () => () => undefined, close: () => undefined };
  const log = createLogger('warn', false);
  const stop = startSweeper({ store, bells, live, log, holder: 'us', keeper, channels: new Map() });
  try {
    await within(SOON_MS, 'it is rung for again', twice.promise);
  } finally {
    await within(SOON_MS, 'it stops', stop());
  }
  assert.equal(await store.deliveries.countDocuments({ conversationId: gone }), 1, 'it is waited for');
});
