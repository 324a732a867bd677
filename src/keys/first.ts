/** The first admin key: the operator's own pair, or one that is made at the first start and shown once. */
import type { Config } from '../config.ts';
import { newId } from '../id.ts';
import type { Store } from '../store/store.ts';
import { OPERATORS_KEY } from './make.ts';
import { hashHalf, hashPair, newPair, type Pair } from './pair.ts';
import { keyedHash, seal, unseal } from './seal.ts';

/** A key that was decided on, with all that its document needs. */
interface FirstKey extends Pair {
  id: string;
  personId: string;
}

/** Sees to it that there is an admin key. Any number of processes may do it at once: one pair. */
export async function openFirstKey(
  store: Store,
  { ADMIN_KEY, ADMIN_SECRET }: Pick<Config, 'ADMIN_KEY' | 'ADMIN_SECRET'>,
): Promise<void> {
  if (ADMIN_KEY && ADMIN_SECRET) await storeOperatorsKey(store, { apiKey: ADMIN_KEY, secret: ADMIN_SECRET });
  else await makeFirstKey(store);
}

/** The variables hold the pair: it is the key, with the secret that it has now, and the pair before it is none. */
async function storeOperatorsKey({ keys }: Store, pair: Pair): Promise<void> {
  const apiKeyHash = hashHalf(pair.apiKey);
  const fresh = { _id: newId('key'), scope: 'admin' as const, personId: newId('per'), createdAt: new Date() };
  const present = { secretHash: hashHalf(pair.secret), name: OPERATORS_KEY, revokedAt: null };
  await keys.updateOne({ apiKeyHash }, { $set: present, $setOnInsert: fresh }, { upsert: true });
  await keys.updateMany(
    { name: OPERATORS_KEY, apiKeyHash: { $ne: apiKeyHash }, revokedAt: null },
    { $set: { revokedAt: new Date() } },
  );
}

/** Which pair it is, the first process decides with one write; then whoever finds it without its key makes that. */
async function makeFirstKey(store: Store): Promise<void> {
  const first: FirstKey = { id: newId('key'), personId: newId('per'), ...newPair() };
  const { matchedCount } = await store.installation.updateOne(
    { _id: 'installation', firstPair: { $exists: false } },
    { $set: { firstPair: seal(sealKey(store), JSON.stringify(first)) } },
  );
  const decided = matchedCount === 1 ? first : await readFirstKey(store);
  if (decided === undefined) return;
  const { id: _id, personId, ...pair } = decided;
  const key = { scope: 'admin' as const, name: 'first', personId, createdAt: new Date(), ...hashPair(pair) };
  await store.keys.updateOne({ _id }, { $setOnInsert: key }, { upsert: true });
}

/** Gives the pair that was made at the first start, once: whoever asks later, or at the same time, gets nothing. */
export async function takeFirstPair(store: Store): Promise<Pair | undefined> {
  const { firstPair } = (await store.installation.findOne({ _id: 'installation' }).lean()) ?? {};
  if (!firstPair) return undefined;
  const { matchedCount } = await store.installation.updateOne(
    { _id: 'installation', firstPair },
    { $set: { firstPair: null } },
  );
  if (matchedCount === 0) return undefined;
  const { apiKey, secret } = open(store, firstPair);
  return { apiKey, secret };
}

async function readFirstKey(store: Store): Promise<FirstKey | undefined> {
  const { firstPair } = (await store.installation.findOne({ _id: 'installation' }).lean()) ?? {};
  return firstPair ? open(store, firstPair) : undefined;
}

function open(store: Pick<Store, 'secret'>, firstPair: string): FirstKey {
  return JSON.parse(unseal(sealKey(store), firstPair)) as FirstKey;
}

function sealKey({ secret }: Pick<Store, 'secret'>): Buffer {
  return keyedHash(secret, 'first pair');
}
