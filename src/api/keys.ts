/** `/v1/keys`: who may call, made and revoked by an admin. */
import { makeKey, revokeKey, wantedKey } from '../keys/make.ts';
import type { ApiDeps } from './deps.ts';
import { pageOf, pageQuery, spanOf } from './paging.ts';
import { presentKey } from './present.ts';
import { pageReply } from './read.ts';
import { type Route, route } from './route.ts';
import { keyShape, newKeyShape, pageShape } from './shapes.ts';

const TAG = 'Keys';

/** Makes the routes; all for admins. */
export function createKeys({ store, identities }: ApiDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/keys',
      access: 'admin',
      tag: TAG,
      summary: 'List the keys that are valid, the latest first',
      query: pageQuery,
      answers: { 200: { description: 'A page of keys, without their secrets.', schema: pageShape(keyShape) } },
      async handle({ query, request }) {
        const { filter, sort } = spanOf(query, 'createdAt', 'desc', (at) => new Date(at));
        const found = await store.keys
          .find({ ...filter, revokedAt: null })
          .sort({ createdAt: sort, _id: sort })
          .limit(query.limit + 1)
          .lean();
        const page = pageOf(query, found, ({ createdAt, _id }) => ({ at: createdAt.getTime(), id: _id }));
        return pageReply(request, { ...page, data: page.data.map(presentKey) });
      },
    }),

    route({
      method: 'post',
      path: '/v1/keys',
      access: 'admin',
      tag: TAG,
      summary: 'Make a key',
      description:
        'The pair is shown this once; only hashes of it are kept. `app` names the tenant of a key of scope `app`, which ' +
        'then calls for the people it names in `Pantheon-Person`. Without `person` the key gets a new one.',
      body: wantedKey,
      example: { scope: 'app', app: 'shop', name: 'The shop' },
      creates: true,
      answers: { 201: { description: 'The key with its pair.', schema: newKeyShape } },
      async handle({ body, newId }) {
        const ids = { key: newId('key'), person: newId('per') };
        const { key, pair } = await makeKey({ store, identities }, body, ids);
        return { status: 201, body: { ...presentKey(key), ...pair } };
      },
    }),

    route({
      method: 'delete',
      path: '/v1/keys/{id}',
      access: 'admin',
      tag: TAG,
      summary: 'Revoke a key',
      answers: { 204: { description: 'It is void from now on.' } },
      async handle({ params }) {
        await revokeKey(store, params['id'] ?? '');
        return { status: 204 };
      },
    }),
  ];
}
