/** For whom a call is: the key's own person, the one that a tenant or an admin names, a guest. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Caller } from '#src/api/caller.ts';
import { findConversation } from '#src/api/conversations.ts';
import { meetGuest } from '#src/api/guest.ts';
import { type Access, route } from '#src/api/route.ts';
import { LOCAL_PERSON_ID } from '#src/conversation.ts';
import { newConversation } from '#src/store/new.ts';
import type { Pair } from '#src/keys/pair.ts';
import { serveRoutes, type RoutesServer } from './routes-server.ts';
import { call, problemIn } from './wire.ts';

const common = { tag: 'Test', summary: 'Test', answers: {} };

/** Routes that say who calls. */
function whoCalls({ store, identities }: Pick<RoutesServer, 'store' | 'identities'>) {
  const tell = (path: string, access: Access) =>
    route({ ...common, method: 'get', path, access, handle: async ({ caller }) => ({ status: 200, body: caller }) });
  return [
    tell('/who', 'caller'),
    tell('/guest', 'guest'),
    tell('/admin-only', 'admin'),
    route({
      ...common,
      method: 'post',
      path: '/begin',
      access: 'guest',
      handle: async (begun) => ({ status: 201, body: await meetGuest(identities, begun) }),
    }),
    route({
      ...common,
      method: 'get',
      path: '/reach/{id}',
      access: 'guest',
      handle: async ({ caller, params }) => ({
        status: 200,
        body: await findConversation(store, caller, params['id']),
      }),
    }),
  ];
}

test('for whom a call is', async (t) => {
  const server = await serveRoutes(t, whoCalls);
  const { url, store } = server;
  const shop = await server.key({ scope: 'app', app: 'shop' });
  const ask = (pair: Pair | undefined, person?: string, path = '/who') =>
    call(`${url}${path}`, {
      headers: {
        ...(pair ? { apiKey: pair.apiKey, secret: pair.secret } : {}),
        ...(person === undefined ? {} : { 'Pantheon-Person': person }),
      },
    });
  const who = async (...args: Parameters<typeof ask>): Promise<Caller> => {
    const { status, body } = await ask(...args);
    assert.equal(status, 200, body);
    return JSON.parse(body) as Caller;
  };
  const refusal = async (...args: Parameters<typeof ask>) => {
    const answer = await ask(...args);
    return [answer.status, problemIn(answer).code];
  };

  await t.test('a key acts for its own person, under that one identity', async () => {
    const key = await server.key({});
    const [one, other] = [await who(key), await who(key)];
    assert.deepEqual(one, other);
    assert.equal(one.personId, key.personId);
    const [identity, ...more] = await store.identities.find({ personId: key.personId }).lean();
    assert.deepEqual(more, []);
    assert.partialDeepStrictEqual(identity, {
      _id: one.identityId,
      channel: 'api',
      realm: '',
      externalId: key.personId,
    });
  });

  await t.test('somebody at this machine is the person local, with an identity', async () => {
    const local = await who(undefined);
    assert.partialDeepStrictEqual(local, { scope: 'person', keyId: 'local', personId: LOCAL_PERSON_ID });
    assert.equal((await store.identities.findById(local.identityId).lean())?.personId, LOCAL_PERSON_ID);
  });

  await t.test(
    'a tenant names its people, who are the same under each of its keys and of no other tenant',
    async () => {
      const [again, other] = [
        await server.key({ scope: 'app', app: 'shop' }),
        await server.key({ scope: 'app', app: 'bank' }),
      ];
      const ann = await who(shop, 'ann');
      assert.partialDeepStrictEqual(ann, { scope: 'app', app: 'shop' });
      assert.equal((await who(again, 'ann')).personId, ann.personId);
      assert.notEqual((await who(shop, 'bob')).personId, ann.personId);
      assert.notEqual((await who(other, 'ann')).personId, ann.personId);
      assert.notEqual((await who(shop, LOCAL_PERSON_ID)).personId, LOCAL_PERSON_ID);
    },
  );

  await t.test('many first calls at once make one person', async () => {
    const callers = await Promise.all(Array.from({ length: 20 }, () => who(shop, 'crowd')));
    assert.equal(new Set(callers.map(({ personId }) => personId)).size, 1);
    assert.equal(await store.identities.countDocuments({ realm: 'shop', externalId: 'crowd' }), 1);
  });

  await t.test('a tenant that names nobody is told what to send', async () => {
    assert.deepEqual(await refusal(shop), [422, 'person_required']);
    assert.deepEqual(await refusal(shop, ''), [422, 'person_required']);
    assert.deepEqual(await refusal(shop, 'ann', '/admin-only'), [403, 'forbidden']);
  });

  await t.test('an admin may act for anybody, by our id or their own', async () => {
    const admin = await server.key({ scope: 'admin' });
    const person = await server.key({});
    assert.partialDeepStrictEqual(await who(admin), { scope: 'admin', personId: admin.personId });
    assert.partialDeepStrictEqual(await who(admin, person.personId, '/admin-only'), {
      scope: 'admin',
      personId: person.personId,
    });
    const customer = await who(admin, 'customer 42');
    assert.notEqual(customer.personId, admin.personId);
    assert.equal((await who(await server.key({ scope: 'admin' }), 'customer 42')).personId, customer.personId);
    assert.deepEqual(await refusal(admin, `per_${'a'.repeat(32)}`), [422, 'person_unknown']);
  });

  await t.test('whoever is one person cannot name another', async () => {
    assert.deepEqual(await refusal(await server.key({}), 'ann'), [422, 'person_refused']);
    assert.deepEqual(await refusal(undefined, 'ann'), [422, 'person_refused']);
  });

  await t.test('a name is UTF-8 of bounded length, without control characters', async () => {
    const onWire = (text: string) => Buffer.from(text).toString('latin1');
    const { identityId } = await who(shop, onWire('Zoë ☕'));
    assert.equal((await store.identities.findById(identityId).lean())?.externalId, 'Zoë ☕');
    for (const wrong of ['Zoë', 'a\tb', 'x'.repeat(257), onWire('\u0085')]) {
      assert.deepEqual(await refusal(shop, wrong), [422, 'person_invalid']);
    }
  });

  await t.test('a key is read with one command, several at once with one in all', async () => {
    const commands: string[] = [];
    store.connection.getClient().on('commandStarted', ({ commandName, command }) => {
      const { [commandName]: collection } = command as Record<string, unknown>;
      if (collection === 'keys') commands.push(commandName);
    });
    const key = await server.key({});
    commands.length = 0;
    await who(key);
    assert.deepEqual(commands, ['find']);
    commands.length = 0;
    await Promise.all(Array.from({ length: 20 }, () => who(key)));
    assert.ok(commands.length <= 5, `${commands.length} commands`);
  });
});

test('with OPEN_API=any', async (t) => {
  const { url, store, key } = await serveRoutes(t, whoCalls, { env: { OPEN_API: 'any' } });
  const outside = { headers: { via: '1.1 tunnel' } };
  const reach = (id: string) => call(`${url}/reach/${id}`, outside);

  await t.test('somebody from outside is a guest, where guests may call, and nobody elsewhere', async () => {
    const { status, body } = await call(`${url}/guest`, outside);
    assert.equal(status, 200);
    assert.deepEqual(JSON.parse(body), { scope: 'guest', keyId: 'guest', personId: '', identityId: '' });
    assert.equal((await call(`${url}/who`, outside)).status, 401);
    assert.equal((await call(`${url}/admin-only`, outside)).status, 401);
    assert.equal(
      (await call(`${url}/guest`, { headers: { ...outside.headers, apiKey: 'a', secret: 'b' } })).status,
      401,
    );
  });

  await t.test('somebody at this machine is still the person local', async () => {
    assert.equal((JSON.parse((await call(`${url}/guest`)).body) as Caller).personId, LOCAL_PERSON_ID);
  });

  await t.test('each guest is a new person, and reaches what guests began, by its id alone', async () => {
    const begin = async () => {
      const { body } = await call(`${url}/begin`, { ...outside, method: 'POST' });
      return JSON.parse(body) as { caller: Caller; conversationId: string };
    };
    const [one, other] = [await begin(), await begin()];
    assert.notEqual(one.caller.personId, other.caller.personId);
    assert.equal((await store.identities.findById(one.caller.identityId).lean())?.personId, one.caller.personId);
    assert.equal((await reach(one.conversationId)).status, 200);
    const { personId: guestId } = one.caller;
    await store.conversations.insertOne(
      newConversation('cnv_other', new Date(), { kind: 'direct', personId: guestId }),
    );
    assert.equal((await reach('cnv_other')).status, 404);
    const { personId } = await key({});
    const theirs = (await store.readPerson(personId))?.activeConversationId ?? '';
    assert.ok(await store.readConversation(theirs));
    assert.equal((await reach(theirs)).status, 404);
    assert.equal((await reach('cnv_none')).status, 404);
  });
});

test('without OPEN_API=any nobody from outside is a guest', async (t) => {
  const { url } = await serveRoutes(t, whoCalls, { env: { OPEN_API: 'loopback' } });
  assert.equal((await call(`${url}/guest`, { headers: { via: '1.1 tunnel' } })).status, 401);
  assert.equal((await call(`${url}/guest`)).status, 200);
});
