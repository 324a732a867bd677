/** Keys over HTTP: an admin makes them, they let in at once, and a revoked one is void at once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStage } from '#test/product/stage.ts';
import { basic, call, type Problem } from './wire.ts';

interface Key {
  id: string;
  scope: string;
  app?: string;
  name: string;
  person: string;
  apiKey: string;
  secret: string;
  createdAt: string;
}

test('keys over HTTP', async (t) => {
  const stage = await openStage(t, { env: { OPEN_API: 'none' } });
  const { url } = await stage.start();
  const { admin, database } = stage;
  const make = async (body: object) => (await admin.call<Key>('POST', '/v1/keys', body)).body;
  const list = async () => (await admin.call<{ data: Key[] }>('GET', '/v1/keys')).body.data;
  const conversations = `${url}/v1/conversations`;

  await t.test('a key is shown with its pair once, and only hashes of that are stored', async () => {
    const { status, body } = await admin.call<Key>('POST', '/v1/keys', { scope: 'person', name: 'Ann' });
    assert.equal(status, 201);
    const { apiKey, secret, ...shown } = body;
    assert.deepEqual(Object.keys(shown).toSorted(), ['createdAt', 'id', 'name', 'person', 'scope']);
    assert.match(`${shown.id} ${shown.person}`, /^key_[0-9a-f]{32} per_[0-9a-f]{32}$/);
    assert.deepEqual((await list())[0], shown);
    const everything = JSON.stringify(
      await Promise.all(['keys', 'identities', 'people'].map((name) => database.find(name))),
    );
    assert.ok(!everything.includes(apiKey) && !everything.includes(secret));
    assert.equal((await call(conversations, { headers: { apiKey, secret } })).status, 200);
    assert.equal((await call(conversations, { headers: basic(apiKey, secret) })).status, 200);
    assert.equal((await call(conversations, { headers: { apiKey, secret: apiKey } })).status, 401);
    assert.equal((await call(`${url}/v1/keys`, { headers: { apiKey, secret } })).status, 403);
  });

  await t.test('every key has a person: a new one, or the one that is named', async () => {
    const first = await make({ scope: 'person' });
    const second = await make({ scope: 'person', person: first.person });
    const third = await make({ scope: 'admin' });
    assert.equal(second.person, first.person);
    assert.notEqual(third.person, first.person);
    assert.equal((await database.find('people', { _id: { $in: [first.person, third.person] } })).length, 2);
    assert.equal((await database.find('identities', { personId: first.person })).length, 1);
  });

  await t.test('nobody has said anything yet, so there is no conversation', async () => {
    assert.deepEqual(await admin.conversations(), []);
  });

  await t.test('a revoked key is void at once, and gone from the list', async () => {
    const { id, apiKey, secret } = await make({ scope: 'admin' });
    const keys = { headers: { apiKey, secret } };
    assert.equal((await call(conversations, keys)).status, 200);
    assert.equal((await call(`${url}/v1/keys/${id}`, { ...keys, method: 'DELETE' })).status, 204);
    assert.equal((await call(conversations, keys)).status, 401);
    assert.ok((await list()).every((key) => key.id !== id));
    assert.equal((await admin.call('DELETE', `/v1/keys/${id}`)).status, 404);
    assert.equal((await admin.call('DELETE', '/v1/keys/key_none')).status, 404);
  });

  await t.test('what makes no sense is refused with a pointer to it', async () => {
    for (const [body, pointer] of [
      [{}, '/scope'],
      [{ scope: 'root' }, '/scope'],
      [{ scope: 'app' }, '/app'],
      [{ scope: 'app', app: '~guest' }, '/app'],
      [{ scope: 'person', app: 'shop' }, '/app'],
      [{ scope: 'person', person: 'per_none' }, '/person'],
      [{ scope: 'admin', name: 'ADMIN_KEY' }, '/name'],
      [{ scope: 'admin', 'a/b~c': 1 }, '/a~1b~0c'],
    ] as const) {
      const answer = await admin.call<Problem>('POST', '/v1/keys', body);
      assert.equal(answer.status, 422);
      assert.deepEqual(
        answer.body.errors?.map((error) => error.pointer),
        [pointer],
      );
    }
  });
});
