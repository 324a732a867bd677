/** P5: `unknown` is said of what may have been sent, and of nothing else, whatever becomes of the writes around a send. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Channel, Sent } from '#src/channel.ts';
import { UnavailableError } from '#src/errors.ts';
import { createLogger } from '#src/log.ts';
import type { Live } from '#src/queue/live.ts';
import { createHolder } from '#src/store/holder.ts';
import { newConversation, newDelivery } from '#src/store/new.ts';
import { createStore, type Store } from '#src/store/store.ts';
import { databaseUri, openDatabase } from '#test/product/database.ts';
import { eventually, within } from '#test/product/eventually.ts';
import { type Place, startProxy } from '#test/product/proxy.ts';
import { sharedServices } from '#test/product/services.ts';
import { silentBells } from '#test/queue/silent-bells.ts';
import { createDeliver } from '#workers/deliver/deliver.ts';
import { createKeeper } from '#workers/keeper.ts';

const CHAT = 'platform:1:2:';
const WAIT_MS = 20_000;
const INTENT: Place = { says: ['deliveries', 'leaseHolder', 'sending'], where: 'before' };
const { mongodbUri } = await sharedServices();
const { signal } = new AbortController();
const log = createLogger('silent', false);
const live: Live = { publish: () => undefined, subscribe: async () => () => undefined, close: () => undefined };

/**
 * A chat in which one delivery waits, and the unit that says it on a platform that takes what `send` says, and can do
 * this besides. `take`: how long to wait for a place.
 */
async function openChat(t: TestContext, send: () => Promise<Sent>, can: Partial<Channel> = {}, take = async () => 0) {
  const database = await openDatabase(databaseUri(mongodbUri));
  t.after(() => database.close());
  const mongodb = await startProxy(t, 'mongodb', mongodbUri);
  const store = await createStore({ uri: mongodb.via(database.uri), log });
  const holder = createHolder();
  const keeper = createKeeper(store, holder, log);
  t.after(async () => {
    keeper.close();
    await store.close();
  });
  await store.deliveries.insertOne(
    newDelivery(new Date(), 'direct', { _id: 'ntc_1', key: 'notice:1', kind: 'notice', chatId: CHAT, text: 'Hello' }),
  );
  const channel: Channel = {
    name: 'platform',
    account: '1',
    abilities: { redelivers: 'never', deduplicates: 'nothing', readsBack: false, states: ['sent'] },
    format: (text) => [text],
    send,
    ...can,
  };
  const pacer = { take };
  const deps = {
    store,
    bells: silentBells,
    live,
    log,
    holder,
    keeper,
    pacer,
    sendTimeoutMs: 5_000,
    channels: new Map(),
  };
  const deliver = createDeliver(deps, channel);
  return {
    mongodb,
    store,
    /** One unit of work; a fresh reading of MongoDB comes first. */
    work: () => deliver(CHAT, signal),
    /** An intent is in MongoDB. */
    intended: () =>
      eventually(
        'an intent is written',
        async () => (await database.find('deliveries', { state: 'sending' })).length > 0,
      ),
    /** The lease was not renewed for so long that it lapsed. */
    lapse: () => store.deliveries.updateOne({ _id: 'ntc_1' }, { $set: { leaseUntil: new Date(0) } }),
    /** Waiting has come to its end. */
    due: () => store.deliveries.updateOne({ _id: 'ntc_1' }, { $set: { nextTryAt: new Date(0) } }),
    /** What became of it, try by try: `certain: false` is what may have arrived. */
    outcome: async () => {
      const [delivery] = await database.find('deliveries');
      const tries = delivery?.['tries'] as { certain?: boolean }[] | undefined;
      return [delivery?.['state'], tries?.map(({ certain }) => certain)];
    },
  };
}

/** A platform that takes all, and how often it did. */
function createPlatform() {
  const platform = { sends: 0, send: async () => ({ externalId: String((platform.sends += 1)) }) };
  return platform;
}

test('an intent that was written, but MongoDB was killed before it said so, is said when its lease has lapsed', async (t) => {
  const platform = createPlatform();
  const { mongodb, work, lapse, outcome } = await openChat(t, platform.send);
  const written = mongodb.stopAt({ ...INTENT, where: 'after' });
  const first = work();
  await within(WAIT_MS, 'the intent is written', written);
  mongodb.hangUp();
  await assert.rejects(first, { name: 'MongoNetworkError' });
  await lapse();
  await work();
  assert.deepEqual([await outcome(), platform.sends], [['sent', [undefined]], 1]);
});

test('an intent that is written late, when we had given it up and write it again, is said once and is no unknown', async (t) => {
  const platform = createPlatform();
  const { mongodb, work, intended, lapse, outcome } = await openChat(t, platform.send);
  const underWay = mongodb.stopAt(INTENT);
  const first = work();
  await within(WAIT_MS, 'the intent is on its way', underWay);
  const letLate = mongodb.hangUp();
  await assert.rejects(first, { name: 'MongoNetworkError' });
  const againUnderWay = mongodb.stopAt(INTENT);
  const again = work();
  await within(WAIT_MS, 'it is on its way again', againUnderWay);
  letLate();
  await intended();
  mongodb.resume();
  await again;
  await lapse();
  await work();
  assert.deepEqual([await outcome(), platform.sends], [['sent', [undefined]], 1]);
});

test('a send that is under way when its lease lapses is left to who makes it, and certainly failed stays certain', async (t) => {
  const [begun, answered] = [Promise.withResolvers<void>(), Promise.withResolvers<Sent>()];
  const { work, lapse, outcome } = await openChat(t, () => {
    begun.resolve();
    return answered.promise;
  });
  const first = work();
  await within(WAIT_MS, 'it is being sent', begun.promise);
  await lapse();
  await work();
  answered.reject(new UnavailableError('The platform is away.', { certain: true }));
  await first;
  assert.deepEqual(await outcome(), ['queued', [true]]);
});

/** An answer of two parts, in a conversation that a human has taken over; whoever said the first part is dead. */
async function leaveAbandoned(store: Store): Promise<void> {
  const conversation = newConversation('cnv_1', new Date(), { kind: 'direct' });
  await store.conversations.insertOne({ ...conversation, mode: 'human' });
  const parts = [
    { index: 0, text: 'Hel', state: 'sending', fence: 1, key: 'k0', at: new Date() },
    { index: 1, text: 'lo', state: 'waiting', key: 'k1' },
  ];
  const about = { kind: 'message', messageId: 'msg_1', conversationId: 'cnv_1', turnId: 'trn_1' };
  await store.deliveries.updateOne({ _id: 'ntc_1' }, { $set: { ...about, parts, state: 'sending', fence: 1 } });
}

test('what may have arrived of an answer that nobody may be told any more is unknown, and not as if never said', async (t) => {
  const platform = createPlatform();
  const { store, work, outcome } = await openChat(t, platform.send);
  await leaveAbandoned(store);
  await work();
  assert.deepEqual([await outcome(), platform.sends], [['unknown', [false]], 0]);
});

test('it is looked for where the platform can be asked, and what is not there is not said again', async (t) => {
  const platform = createPlatform();
  const sought: unknown[] = [];
  const { store, work, due, outcome } = await openChat(t, platform.send, {
    async lookUp(part) {
      sought.push(await part.isStillWanted?.());
      return 'absent';
    },
  });
  await leaveAbandoned(store);
  await work();
  assert.deepEqual(await outcome(), ['queued', [false]]);
  await due();
  await work();
  assert.deepEqual([await outcome(), platform.sends], [['cancelled', [false, true]], 0]);
  assert.deepEqual(sought, [false], 'no channel may say it again to find out');
});

test('while a platform cannot be asked at all no look counts, for an hour', async (t) => {
  const { store, work, due, outcome } = await openChat(
    t,
    async () => {
      throw new UnavailableError('Nobody knows.', { certain: false });
    },
    {
      async lookUp() {
        throw new UnavailableError('It is not connected.', { certain: true });
      },
    },
  );
  await work();
  for (let looks = 0; looks < 5; looks += 1) {
    await due();
    await work();
  }
  assert.deepEqual(await outcome(), ['queued', [false]]);
  await store.deliveries.updateOne({ _id: 'ntc_1' }, { $set: { 'parts.0.at': new Date(Date.now() - 3_600_000) } });
  for (let looks = 0; looks < 3; looks += 1) {
    await due();
    await work();
  }
  assert.deepEqual(await outcome(), ['unknown', [false, false, false, false]]);
});

test('what our own adapter cannot write has failed, and nothing of it counts as sent', async (t) => {
  const platform = createPlatform();
  const { work, outcome } = await openChat(t, platform.send, {
    format() {
      throw new TypeError('A bug of ours.');
    },
  });
  await work();
  assert.deepEqual([await outcome(), platform.sends], [['failed', []], 0]);
});

test('what follows a part that is looked for in vain is said in its place, and no further look is used up for it', async (t) => {
  const platform = createPlatform();
  const rate = { perSecond: 1, burst: 1 };
  const can = {
    pace: { account: rate, direct: rate, group: rate },
    async lookUp() {
      throw new UnavailableError('Nobody knows.', { certain: false });
    },
  };
  let places = 0;
  const take = async () => ((places += 1) === 1 ? 0 : 60_000);
  const { store, work, outcome } = await openChat(t, platform.send, can, take);
  const parts = [
    { index: 0, text: 'Hel', state: 'unknown', key: 'k0', at: new Date() },
    { index: 1, text: 'lo', state: 'waiting', key: 'k1' },
  ];
  await store.deliveries.updateOne({ _id: 'ntc_1' }, { $set: { parts } });
  await work();
  assert.deepEqual([await outcome(), platform.sends], [['queued', [false, undefined]], 1]);
});
