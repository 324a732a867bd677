/** P6: a Redis that takes rings, but lets nobody listen: what is seen live comes late, and nothing else is wrong. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Redis } from 'ioredis';
import { ADMIN_KEY, ADMIN_SECRET } from '#test/product/admin.ts';
import { readEvents } from '#test/product/event-stream.ts';
import { startProgram } from '#test/product/redis-program.ts';
import { sharedServices } from '#test/product/services.ts';
import { openStage } from '#test/product/stage.ts';

/** What nobody announces is looked for every five seconds. */
const LATE_MS = 30_000;

test('a stream of a product that may not listen to live events gives its messages all the same', async (t) => {
  const { url: redisUrl } = await startProgram(t);
  const redis = new Redis(redisUrl);
  await redis.call('ACL', 'SETUSER', 'default', 'resetchannels');
  redis.disconnect();
  const { mongodbUri } = await sharedServices();
  const stage = await openStage(t, { services: { mongodbUri, redisUrl } });
  const { admin } = stage;
  const product = await stage.start();
  const { id } = (await admin.call<{ id: string }>('POST', '/v1/conversations', {})).body;
  const stream = `${product.url}/v1/conversations/${id}/stream`;
  const reader = await readEvents(t, stream, { apiKey: ADMIN_KEY, secret: ADMIN_SECRET });
  await admin.call('POST', `/v1/conversations/${id}/messages`, { text: 'heard late', as: 'agent' });
  const { data } = await reader.waitFor(({ event }) => event === 'message', LATE_MS);
  assert.equal((data as { text: string }).text, 'heard late');
  assert.ok(product.isRunning());
});
