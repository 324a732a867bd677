/** `save: false`: answered and forgotten. Afterwards all of MongoDB and Redis is read. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Redis } from 'ioredis';
import mongoose from 'mongoose';
import type { DocumentedConversation } from '#src/api/documented/shapes.ts';
import { sharedServices } from '#test/product/services.ts';
import { openStage } from '#test/product/stage.ts';

test('an unsaved conversation leaves nothing behind', async (t) => {
  const stage = await openStage(t);
  const { url } = await stage.start();
  stage.model.reply = () => 'The quokka answers.';
  const ask = (body: object, headers: Record<string, string> = {}) =>
    fetch(`${url}/conversation/new`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });

  const plain = (await (
    await ask({ message: 'My wombat is called Bartolomeo.', title: 'wombats' })
  ).json()) as DocumentedConversation;
  const keyed = (await (
    await ask({ message: 'My wombat is called Bartolomeo.' }, { 'idempotency-key': 'a-wombat-key' })
  ).json()) as DocumentedConversation;
  const streamed = await (await ask({ message: 'My wombat is called Bartolomeo.', stream: true })).text();
  assert.match(streamed, /quokka/);
  const streamedId = /cnv_[0-9a-f]{32}/.exec(streamed)?.[0] ?? '';

  const stored = (await readMongo(stage.database.uri)) + (await readRedis());
  const secrets = ['wombat', 'quokka', 'Bartolomeo', 'a-wombat-key', streamedId, plain.id, keyed.id];
  const ids = [plain, keyed].flatMap(({ messages }) => messages.map(({ id }) => id));
  for (const secret of [...secrets, ...ids]) {
    assert.ok(secret.length > 3 && !stored.includes(secret), `${secret} is nowhere in MongoDB or Redis`);
  }
});

/** Every document of every collection, as text. */
async function readMongo(uri: string): Promise<string> {
  const connection = await mongoose.createConnection(uri).asPromise();
  const collections = (await connection.listCollections()).map(({ name }) => name);
  const texts = await Promise.all(
    collections.map(async (name) => JSON.stringify(await connection.collection(name).find().toArray())),
  );
  await connection.close();
  assert.ok(texts.join('').includes('installation'), 'the database was read');
  return texts.join('\n');
}

/** Every key of Redis and its value, whatever its type. */
async function readRedis(): Promise<string> {
  const redis = new Redis((await sharedServices()).redisUrl);
  const keys = await redis.keys('*');
  const values = await Promise.all(keys.map((key) => redis.dumpBuffer(key)));
  const hashes = await Promise.all(keys.map((key) => redis.hgetall(key).catch(() => ({}))));
  redis.disconnect();
  return [...keys, ...values.map((value) => value?.toString('latin1') ?? ''), JSON.stringify(hashes)].join('\n');
}
