/** Somebody may have several ids on one app, and is one person under each of them (P4). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createIdentityResolver } from '#src/identity/resolve.ts';
import { createLogger } from '#src/log.ts';
import type { Sender } from '#src/message.ts';
import { createStore } from '#src/store/store.ts';
import { databaseUri, openDatabase } from '#test/product/database.ts';
import { within } from '#test/product/eventually.ts';
import { startProxy } from '#test/product/proxy.ts';
import { sharedServices } from '#test/product/services.ts';

const CHANNEL = 'platform';

test('an id that could not be stored is stored when its event comes again', async (t) => {
  const { mongodbUri } = await sharedServices();
  const database = await openDatabase(databaseUri(mongodbUri));
  t.after(() => database.close());
  const mongodb = await startProxy(t, 'mongodb', mongodbUri);
  const store = await createStore({ uri: mongodb.via(database.uri), log: createLogger('silent', false) });
  t.after(() => store.close());
  const at = new Date();
  const anna = (...externalIds: string[]): Sender => ({ externalIds, realm: '', name: 'Anna' });
  const identities = createIdentityResolver(store);
  const { person } = await identities.resolve(CHANNEL, anna('phone'), at);
  const underWay = mongodb.stopAt({ says: ['identities', '$addToSet'], where: 'before' });
  const first = identities.resolve(CHANNEL, anna('phone', 'other'), at);
  await within(5_000, 'the id is on its way', underWay);
  mongodb.hangUp();
  await assert.rejects(first, { name: 'MongoNetworkError' });
  await identities.resolve(CHANNEL, anna('phone', 'other'), at);
  const known = await createIdentityResolver(store).resolve(CHANNEL, anna('other'), at);
  assert.equal(known.person._id, person._id);
});
