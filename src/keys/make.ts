/** Making, listing and revoking keys: for `/v1/keys` and for the terminal. */
import { z } from 'zod';
import { API_APP } from '../conversation.ts';
import { InvalidError, NotFoundError } from '../errors.ts';
import { newId } from '../id.ts';
import type { IdentityResolver } from '../identity/resolve.ts';
import type { Key } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import { hashPair, newPair, type Pair } from './pair.ts';

/** The name of the pair in `ADMIN_KEY` and `ADMIN_SECRET`; no other key has it. */
export const OPERATORS_KEY = 'ADMIN_KEY';

const NAME_LENGTH = 200;

/** What is said of a key that is wanted. */
export const wantedKey = z
  .strictObject({
    scope: z.enum(['admin', 'app', 'person']),
    app: z
      .string()
      .regex(
        /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
        'must be 1 to 64 of A-Z a-z 0-9 . _ -, beginning with a letter or digit',
      )
      .optional(),
    name: z
      .string()
      .max(NAME_LENGTH)
      .refine((name) => name !== OPERATORS_KEY, 'is the name of the pair that the variables hold')
      .default(''),
    person: z.string().optional(),
  })
  .refine(({ scope, app }) => (scope === 'app') === (app !== undefined), {
    path: ['app'],
    message: 'is needed for scope app, and only there',
  });

export type WantedKey = z.infer<typeof wantedKey>;

export interface KeyDeps {
  store: Store;
  identities: IdentityResolver;
}

/**
 * Makes a key, and its person where none is named. The pair is only here: no later call can give it.
 *
 * Made again under the same ids it is the same key with a new pair, of which the old one is void.
 * Throws `InvalidError` when there is no such person.
 */
export async function makeKey(
  { store, identities }: KeyDeps,
  { scope, app, name, person }: WantedKey,
  ids = { key: newId('key'), person: newId('per') },
): Promise<{ key: Key; pair: Pair }> {
  if (person !== undefined && !(await store.readPerson(person))) {
    throw new InvalidError('There is no such person.', [{ pointer: '/person', detail: 'is not the id of a person' }]);
  }
  const personId = person ?? ids.person;
  const createdAt = new Date();
  await identities.resolve(API_APP, { externalIds: [personId], realm: '', name: '' }, createdAt, { personId });
  const pair = newPair();
  const rest = { scope, ...(app ? { app } : {}), name, personId, createdAt };
  await store.keys.updateOne({ _id: ids.key }, { $set: hashPair(pair), $setOnInsert: rest }, { upsert: true });
  return { key: { _id: ids.key, ...hashPair(pair), ...rest }, pair };
}

/** Makes a key void, at once and for good. Throws `NotFoundError` when there is none, or no more. */
export async function revokeKey({ keys }: Pick<Store, 'keys'>, id: string): Promise<void> {
  const { matchedCount } = await keys.updateOne({ _id: id, revokedAt: null }, { $set: { revokedAt: new Date() } });
  if (matchedCount === 0) throw new NotFoundError(`Key ${id}`);
}
