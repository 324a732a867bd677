/**
 * On a MongoDB before 8 each write is a command of its own, and a crash can come between any two of them. The product
 * is killed before the first of them, the second, and so on; what it was recovering from is then interrupted as well.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkNothingLost, gather } from '#test/product/crowd.ts';
import { within } from '#test/product/eventually.ts';
import { startProxy } from '#test/product/proxy.ts';
import { resolveByLooking } from '#test/product/resolve.ts';
import { sharedServices } from '#test/product/services.ts';
import { openStage } from '#test/product/stage.ts';

/** A message's way is seventeen writes: from the message itself to the chat that is free again. */
const WRITES = 18;
const WRITE = /(insert|update)\0.{4}(conversations|messages|turns|people|deliveries|events|chats)\0/s;
const MONGODB_7 = 21;

test('the product is killed before each single write, on a MongoDB that takes one at a time', async (t) => {
  const { mongodbUri } = await sharedServices();
  const mongodb = await startProxy(t, 'mongodb', mongodbUri, { wireVersion: MONGODB_7 });
  const stage = await openStage(t, { via: { mongodbUri: mongodb.via } });
  const crowd = gather(stage, 3);
  for (let nth = 1; nth <= WRITES; nth += 1) {
    const product = await stage.start();
    const reached = mongodb.stopAt({ says: WRITE, where: 'before', nth });
    crowd.sayAll();
    await within(60_000, `the product comes to write ${nth}`, reached);
    await product.kill('SIGKILL');
  }
  await stage.start();
  const { shown } = await checkNothingLost(stage, crowd);
  assert.deepEqual(shown, []);
  await resolveByLooking(stage);
  const { sent } = await checkNothingLost(stage, crowd, { isInOrder: false });
  assert.equal(sent.length, 3 * WRITES, 'everything is answered, once');
});
