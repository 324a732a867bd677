/** Who calls, and as whom: a key pair, somebody at this machine, or a guest. */
import type { Request, Response } from 'express';
import type { Config } from '../config.ts';
import { API_APP, LOCAL_PERSON_ID } from '../conversation.ts';
import { BridgeError } from '../errors.ts';
import type { IdentityResolver } from '../identity/resolve.ts';
import { hashHalf, isSecretOf, type Pair } from '../keys/pair.ts';
import { createBatchReader } from '../store/batch.ts';
import type { Key } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import { type Caller, GUEST } from './caller.ts';
import { readPair, readPersonHeader } from './credentials.ts';
import { isLocal } from './local.ts';
import { addressOf, type CallLimits } from './limits.ts';
import type { Access } from './route.ts';

/** What a request shows of itself, before it is known for whom it acts. */
type Shown = Pick<Key, 'scope' | 'app' | 'personId'> & { keyId: string };

const LOCAL: Shown = { scope: 'person', keyId: 'local', personId: LOCAL_PERSON_ID };
const PERSON_ID = /^per_[0-9a-f]{32}$/;

export interface CallerDeps {
  store: Pick<Store, 'keys' | 'readPerson'>;
  identities: IdentityResolver;
  config: Pick<Config, 'OPEN_API'>;
  limits: CallLimits;
}

/**
 * Makes the function that finds out who calls, counts the call, and lets on whom `access` does.
 *
 * It throws 401 (in the same words whether a pair is missing, wrong or revoked), 429, 403, and 422 for a missing or
 * wrong `Pantheon-Person`. A key is read at each call, with one command at most: a revoked one is void at once.
 */
export function createCallers({ store, identities, config, limits }: CallerDeps) {
  const readKey = createBatchReader(async (hashes) => {
    const found = await store.keys.find({ apiKeyHash: { $in: hashes } }).lean();
    return new Map(found.map((key) => [key.apiKeyHash, key]));
  });

  const recognise = async (pair: Pair, request: Request): Promise<Shown> => {
    const key = await readKey(hashHalf(pair.apiKey));
    if (key && !key.revokedAt && isSecretOf(key, pair.secret)) return { ...key, keyId: key._id };
    await limits.countWrongPair(request);
    throw unauthorized();
  };

  /** `undefined`: a guest. */
  const show = async (request: Request, access: Access): Promise<Shown | undefined> => {
    const pair = readPair(request);
    if (pair) return recognise(pair, request);
    if (config.OPEN_API !== 'none' && isLocal(request)) return LOCAL;
    if (config.OPEN_API === 'any' && access === 'guest') return undefined;
    throw unauthorized();
  };

  /** The person for whom a key acts, and the identity under which; both are made at the first call. */
  const actFor = async ({ scope, keyId, app, personId }: Shown, named: string | undefined): Promise<Caller> => {
    const externalId = named ?? personId;
    const isOurId = app === undefined && PERSON_ID.test(externalId);
    if (named && isOurId && !(await store.readPerson(named))) {
      throw new BridgeError('person_unknown', 'Pantheon-Person names a person of ours who does not exist.', {
        status: 422,
      });
    }
    const sender = { externalIds: [externalId], realm: app ?? '', name: '' };
    const made = isOurId ? { personId: externalId } : {};
    const { identity, person } = await identities.resolve(API_APP, sender, new Date(), made);
    return { scope, keyId, personId: person._id, identityId: identity._id, ...(app ? { app } : {}) };
  };

  return async (request: Request, response: Response, access: Access): Promise<Caller> => {
    const shown = await show(request, access);
    await limits.countCall(shown?.keyId ?? addressOf(request), response);
    if (access === 'admin' && shown?.scope !== 'admin') {
      throw new BridgeError('forbidden', 'This needs a key of scope admin.', { status: 403 });
    }
    const named = readPersonHeader(request, shown?.scope ?? 'guest');
    return shown ? actFor(shown, named) : GUEST;
  };
}

function unauthorized(): BridgeError {
  const words = 'Send a valid key pair in the headers apiKey and secret, or as HTTP Basic.';
  return new BridgeError('unauthorized', words, { status: 401 });
}
