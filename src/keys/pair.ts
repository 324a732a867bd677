/** Key pairs: what a caller shows, and what is kept of it. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Key } from '../store/keys.ts';

/** What a caller sends as `apiKey` and `secret`. Only hashes of it are stored. */
export interface Pair {
  apiKey: string;
  secret: string;
}

/** A pair that nobody can guess: 256 random bits each. */
export function newPair(): Pair {
  return {
    apiKey: `pk_${randomBytes(32).toString('base64url')}`,
    secret: `sk_${randomBytes(32).toString('base64url')}`,
  };
}

/** The hash under which a half of a pair is stored. Pairs are random, so one round suffices. */
export function hashHalf(half: string): string {
  return createHash('sha256').update(half).digest('hex');
}

/** The two hashes of a pair, as a key holds them. */
export function hashPair({ apiKey, secret }: Pair): Pick<Key, 'apiKeyHash' | 'secretHash'> {
  return { apiKeyHash: hashHalf(apiKey), secretHash: hashHalf(secret) };
}

/** Whether the secret is the key's. Takes as long for a wrong one. */
export function isSecretOf(key: Pick<Key, 'secretHash'>, secret: string): boolean {
  const [kept, shown] = [Buffer.from(key.secretHash), Buffer.from(hashHalf(secret))];
  return kept.length === shown.length && timingSafeEqual(kept, shown);
}
