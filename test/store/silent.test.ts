/** What becomes of reads by id when MongoDB, or one connection to it, is silent. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { within } from '#test/product/eventually.ts';
import { openFarStore } from './open-store.ts';

/** What whoever asks is promised. */
const PATIENCE_MS = 10_000;

test('a read whose connection is silent fails in time, and keeps those behind it waiting for a moment only', async (t) => {
  const { store, mongodb } = await openFarStore(t);
  const silent = mongodb.stopAt({ says: ['find', 'conversations', 'cnv_silent'], where: 'before' });
  const first = assert.rejects(within(PATIENCE_MS, 'it has failed', store.readConversation('cnv_silent')), {
    name: 'MongoNetworkTimeoutError',
    message: 'MongoDB has not answered a read for 8 s.',
  });
  await silent;
  const others = ['cnv_1', 'cnv_2'].map((id) => within(PATIENCE_MS / 2, `${id} is read`, store.readConversation(id)));
  assert.deepEqual(await Promise.all(others), [undefined, undefined]);
  await first;
});
