/** `Idempotency-Key`: sent again, a request is done once and answered alike. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import type { Call, Reply } from '#src/api/route.ts';
import { route } from '#src/api/route.ts';
import { BridgeError } from '#src/errors.ts';
import { openStage } from '#test/product/stage.ts';
import { serveRoutes } from './routes-server.ts';
import { basic, call, problemIn } from './wire.ts';

test('a request that creates', async (t) => {
  let handle: (made: Call) => Promise<Reply | undefined> = async () => undefined;
  let runs = 0;
  const server = await serveRoutes(
    t,
    () => [
      route({
        method: 'post',
        path: '/things',
        access: 'guest',
        tag: 'Test',
        summary: 'Test',
        body: z.object({ text: z.string().optional() }),
        creates: true,
        answers: {},
        handle(made) {
          runs += 1;
          return handle(made);
        },
      }),
    ],
    { env: { OPEN_API: 'any' } },
  );
  const { url, store } = server;
  const ann = await server.key({});
  const create = (key: string | undefined, text = 'a secret text', pair = ann) =>
    call(`${url}/things`, {
      method: 'POST',
      headers: { ...basic(pair.apiKey, pair.secret), ...(key === undefined ? {} : { 'Idempotency-Key': key }) },
      body: JSON.stringify({ text }),
    });
  const created = async (made: Call): Promise<Reply> => ({
    status: 201,
    body: { id: made.newId('msg'), second: made.newId('msg', 1), key: made.key, said: 'a secret answer' },
    headers: { Location: '/things/1' },
  });
  t.beforeEach(() => {
    handle = created;
    runs = 0;
  });

  await t.test('is done once, and the repeat gets the same answer', async () => {
    const [first, again] = [await create('one'), await create('one')];
    assert.deepEqual([again.status, again.body, again.headers.location], [201, first.body, '/things/1']);
    assert.deepEqual(
      [first.headers['idempotency-replayed'], again.headers['idempotency-replayed']],
      [undefined, 'true'],
    );
    assert.equal(runs, 1);
  });

  await t.test('with another body it is refused', async () => {
    const answer = await create('one', 'another text');
    assert.deepEqual([answer.status, problemIn(answer).code], [422, 'idempotency_key_reused']);
    assert.equal(runs, 0);
  });

  await t.test('without the header, or by another caller, it is another request', async () => {
    const bob = await server.key({});
    await Promise.all([create(undefined), create(undefined), create('one', 'a secret text', bob)]);
    assert.equal(runs, 3);
  });

  await t.test('while the first one runs the repeat gets 409, and of many at once one is done', async () => {
    const gate = Promise.withResolvers<void>();
    handle = async (made) => {
      await gate.promise;
      return created(made);
    };
    let refused = 0;
    const all = Array.from({ length: 8 }, async () => {
      const answer = await create('crowd');
      if (answer.status === 409) refused += 1;
      if (refused === 7) gate.resolve();
      return answer;
    });
    const answers = await Promise.all(all);
    assert.equal(answers.filter(({ status }) => status === 201).length, 1);
    for (const answer of answers.filter(({ status }) => status !== 201)) {
      assert.deepEqual([answer.status, problemIn(answer).code], [409, 'idempotency_in_flight']);
    }
    assert.equal(runs, 1);
  });

  await t.test('that broke is run again under the same ids', async () => {
    const seen: string[] = [];
    handle = async (made) => {
      seen.push(made.newId('msg'));
      throw new Error('broke half way');
    };
    assert.equal((await create('broken')).status, 500);
    handle = created;
    const { status, body } = await create('broken');
    assert.equal(status, 201);
    assert.equal((JSON.parse(body) as { id: string }).id, seen[0]);
  });

  await t.test('whose process died is run again after 90 s, under the same ids', async () => {
    const first = JSON.parse((await create('dead')).body) as { id: string; key: string };
    const [_id = ''] = first.key.split(':');
    const died = (secondsAgo: number) =>
      store.idempotency.updateOne(
        { _id },
        { $set: { state: 'running', runAt: new Date(Date.now() - secondsAgo * 1000) }, $unset: { answer: 1 } },
      );
    await died(85);
    assert.equal((await create('dead')).status, 409);
    await died(95);
    const both = await Promise.all([create('dead'), create('dead')]);
    const done = both.filter(({ status }) => status === 201);
    assert.ok(done.length >= 1);
    for (const { body } of done) assert.deepEqual(JSON.parse(body), first);
    assert.equal(runs, 2);
  });

  await t.test('that was refused leaves the key free', async () => {
    handle = async () => {
      throw new BridgeError('refused', 'No.', { status: 422 });
    };
    assert.equal(problemIn(await create('refused')).code, 'refused');
    handle = created;
    assert.equal((await create('refused', 'corrected')).status, 201);
  });

  await t.test('of an unsaved conversation is not answered again, and nothing of it is kept', async () => {
    handle = async (made) => ({ ...(await created(made)), unsaved: true });
    assert.equal((await create('unsaved')).status, 201);
    const again = await create('unsaved');
    assert.deepEqual([again.status, problemIn(again).code], [409, 'unsaved_not_replayable']);
    assert.equal((await store.idempotency.findOne({ state: 'unsaved' }).lean())?.answer, undefined);
  });

  await t.test('that was answered by a stream is repeated as what it remembered', async () => {
    handle = async ({ response, remember }) => {
      response.type('text/event-stream').end('data: 1\n\n');
      remember({ status: 201, body: { id: 'cnv_1' } });
      return undefined;
    };
    assert.equal((await create('stream')).body, 'data: 1\n\n');
    assert.deepEqual(JSON.parse((await create('stream')).body), { id: 'cnv_1' });
  });

  await t.test('leaves nothing in the database that can be read', async () => {
    const rows = JSON.stringify(await store.idempotency.find().lean());
    assert.ok(rows.length > 1000);
    for (const words of ['secret', '"one"', 'crowd', ann.apiKey]) assert.ok(!rows.includes(words), words);
  });

  await t.test('is refused with a key that is none, and for guests', async () => {
    for (const wrong of ['', 'x'.repeat(256)]) {
      assert.equal(problemIn(await create(wrong)).code, 'idempotency_key_invalid');
    }
    assert.equal((await create('x'.repeat(255))).status, 201);
    const guest = await call(`${url}/things`, { method: 'POST', headers: { via: '1.1 x', 'Idempotency-Key': 'mine' } });
    assert.deepEqual([guest.status, problemIn(guest).code], [422, 'idempotency_key_invalid']);
  });
});

test('two processes make one key of the same request, and both give its pair', async (t) => {
  const stage = await openStage(t);
  const [one, other] = await Promise.all([stage.start(), stage.start({ ROLES: 'api' })]);
  const admin = await stage.admin.call<{ apiKey: string; secret: string }>('POST', '/v1/keys', { scope: 'admin' });
  const { apiKey, secret } = admin.body;
  const make = (url: string) =>
    call(`${url}/v1/keys`, {
      method: 'POST',
      headers: { apiKey, secret, 'Idempotency-Key': 'a', 'content-type': 'application/json' },
      body: '{"scope":"person"}',
    });
  const [first, again] = [await make(one.url), await make(other.url)];
  assert.deepEqual([first.status, again.status, again.body], [201, 201, first.body]);
  const made = JSON.parse(first.body) as { apiKey: string; secret: string };
  assert.equal((await call(`${other.url}/v1/conversations`, { headers: { ...made } })).status, 200);
});
