/** What is read before each send costs one command, and what may be a little old costs none. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { isPaused, wasPausedLately } from '#src/store/channels.ts';
import { createLogger } from '#src/log.ts';
import { newConversation } from '#src/store/new.ts';
import { createStore } from '#src/store/store.ts';
import { databaseUri, openDatabase } from '#test/product/database.ts';
import { sharedServices } from '#test/product/services.ts';
import { openStore } from './open-store.ts';

const ACCOUNT = { name: 'platform', account: '1' };

/** A conversation and a paused channel, and how many commands were sent since. */
async function openBoth(t: TestContext) {
  const store = await openStore(t);
  await store.conversations.insertOne(newConversation('cnv_1', new Date(), { kind: 'direct', title: 'One' }));
  await store.channels.insertOne({ _id: 'platform:1', isPaused: true, restarts: 0 });
  let count = 0;
  store.connection.getClient().on('commandStarted', () => (count += 1));
  return { store, commands: () => count };
}

test('a conversation and its channel are read with one command', async (t) => {
  const { store, commands } = await openBoth(t);
  const both = await Promise.all([store.readConversation('cnv_1'), isPaused(store, ACCOUNT)]);
  assert.deepEqual([both[0]?.title, both[1], commands()], ['One', true, 1]);
});

test('each is read alone too, and what is not there is not', async (t) => {
  const { store } = await openBoth(t);
  assert.equal(await isPaused(store, ACCOUNT), true);
  assert.equal((await store.readConversation('cnv_1'))?.title, 'One');
  assert.deepEqual(await Promise.all([store.readConversation('platform:1'), store.readChannel('cnv_1')]), [
    undefined,
    undefined,
  ]);
});

test('whether it was paused lately is read once in two seconds, and anew after that', async (t) => {
  const { store, commands } = await openBoth(t);
  t.mock.timers.enable({ apis: ['Date'] });
  await store.channels.updateOne({ _id: 'platform:1' }, { $set: { isPaused: false } });
  const seen = [await wasPausedLately(store, ACCOUNT)];
  await store.channels.updateOne({ _id: 'platform:1' }, { $set: { isPaused: true } });
  const before = commands();
  seen.push(await wasPausedLately(store, ACCOUNT));
  assert.equal(commands(), before);
  t.mock.timers.tick(2_000);
  seen.push(await wasPausedLately(store, ACCOUNT));
  assert.deepEqual(seen, [false, false, true]);
});

test('nobody is told of the commands unless the address asks for it: each answer would be read twice', async (t) => {
  const { mongodbUri } = await sharedServices();
  const database = await openDatabase(databaseUri(mongodbUri));
  t.after(() => database.close());
  const store = await createStore({ uri: database.uri, log: createLogger('warn', false) });
  t.after(() => store.close());
  const told: unknown[] = [];
  store.connection.getClient().on('commandStarted', (event) => told.push(event));
  await store.probe();
  assert.deepEqual(told, []);
});
