/** Somebody may have several ids on one app, and is one person under each of them (P4). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createIdentityResolver } from '#src/identity/resolve.ts';
import type { Sender } from '#src/message.ts';
import { within } from '#test/product/eventually.ts';
import { openFarStore } from '#test/store/open-store.ts';

const CHANNEL = 'platform';

test('an id that could not be stored is stored when its event comes again', async (t) => {
  const { store, mongodb } = await openFarStore(t);
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
