/** Who calls: a key pair, or somebody at this machine. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';
import type { Config } from '../config.ts';
import { LOCAL_PERSON_ID } from '../conversation.ts';
import { BridgeError } from '../errors.ts';
import { newId } from '../id.ts';
import type { Key } from '../store/records.ts';
import type { Store } from '../store/store.ts';
import { isLocal } from './local.ts';

/** Whose call it is. Every key has a person, admin keys too. */
export interface Caller {
  scope: Key['scope'];
  /** The key, or what stands for one where none is needed. */
  keyId: string;
  /** Empty for a guest of an open page. */
  personId: string;
  /** That person as a caller of this API. */
  identityId?: string;
  /** Scope `app`: the tenant. */
  app?: string;
}

/** Who calls a page that is open to everybody. */
export const GUEST: Caller = { scope: 'person', keyId: '', personId: '' };

/** The hash under which a half of a key pair is stored. The pairs are random, so one round suffices. */
function hashKey(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Finds out who calls. Throws 401, with the same words whether a pair is missing or wrong. */
export async function callerOf(
  request: Request,
  store: Pick<Store, 'keys'>,
  openApi: Config['OPEN_API'],
): Promise<Caller> {
  const pair = pairOf(request);
  if (pair === undefined && openApi !== 'none' && isLocal(request)) {
    return { scope: 'person', keyId: 'local', personId: LOCAL_PERSON_ID };
  }
  const key = pair && (await store.keys.findOne({ apiKeyHash: hashKey(pair.apiKey) }).lean());
  if (!key || !isEqual(key.secretHash, hashKey(pair.secret))) {
    throw new BridgeError('unauthorized', 'Send a valid key pair in the headers apiKey and secret, or as HTTP Basic.', {
      status: 401,
    });
  }
  return { scope: key.scope, keyId: key._id, personId: key.personId, ...(key.app ? { app: key.app } : {}) };
}

/** Lets only an admin on. */
export function requireAdmin({ scope }: Caller): void {
  if (scope !== 'admin') throw new BridgeError('forbidden', 'This needs a key of scope admin.', { status: 403 });
}

function pairOf(request: Request): { apiKey: string; secret: string } | undefined {
  const { apikey, secret, authorization } = request.headers;
  if (typeof apikey === 'string' && typeof secret === 'string') return { apiKey: apikey, secret };
  const [, encoded] = /^Basic\s+(\S+)$/i.exec(authorization ?? '') ?? [];
  if (encoded === undefined)
    return apikey === undefined && secret === undefined && !authorization ? undefined : { apiKey: '', secret: '' };
  const [apiKey = '', ...rest] = Buffer.from(encoded, 'base64').toString().split(':');
  return { apiKey, secret: rest.join(':') };
}

function isEqual(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

/** Makes the operator's own pair (`ADMIN_KEY`, `ADMIN_SECRET`) the first admin key, or renews its secret. */
export async function storeAdminKey(
  store: Pick<Store, 'keys'>,
  { ADMIN_KEY, ADMIN_SECRET }: Pick<Config, 'ADMIN_KEY' | 'ADMIN_SECRET'>,
): Promise<void> {
  if (!ADMIN_KEY || !ADMIN_SECRET) return;
  const fresh = {
    _id: newId('key'),
    scope: 'admin' as const,
    name: 'ADMIN_KEY',
    personId: newId('per'),
    createdAt: new Date(),
  };
  await store.keys.updateOne(
    { apiKeyHash: hashKey(ADMIN_KEY) },
    { $set: { secretHash: hashKey(ADMIN_SECRET) }, $setOnInsert: fresh },
    { upsert: true },
  );
}
