/** `Idempotency-Key`: the same request, sent again, is done once and answered alike, for 24 hours. */
import { randomUUID } from 'node:crypto';
import type { Request } from 'express';
import { BridgeError, ConflictError, describeError, NotFoundError } from '../errors.ts';
import { keyedHash, seal, unseal } from '../keys/seal.ts';
import type { Logger } from '../log.ts';
import type { Idempotency } from '../store/idempotency.ts';
import type { Store } from '../store/store.ts';
import { isDuplicate } from '../store/write.ts';
import type { Caller } from './caller.ts';
import type { Reply } from './route.ts';

const KEY_LENGTH = 255;
const KEPT_MS = 86_400_000;
/** After this a run has died: none takes so long. */
const RUN_MS = 90_000;
/** A run that left something undone: the next one need not wait. */
const AGAIN = { runAt: new Date(0) };

/** From what the ids follow of what a request makes. */
export interface Origin {
  key: string;
  startedAt: Date;
}

/** The origin of a request that is never repeated. */
export function newOrigin(): Origin {
  return { key: randomUUID(), startedAt: new Date() };
}

/** What came of a request's work: what is to be sent, and what is to be remembered of it. */
export interface Outcome {
  reply: Reply | undefined;
  remembered: Reply | undefined;
}

type Work = (origin: Origin) => Promise<Outcome>;

/**
 * Makes the function that does a request's work, or gives the reply that it had under the same key.
 *
 * A work that throws what the caller did wrong has done nothing, and the key is free again. One that fails otherwise
 * may have done half: a repeat runs at once, under the same ids. Throws 422 for a key with another request, and 409
 * while the first one runs or when its answer was not kept. Of a request only keyed hashes are stored, of an answer
 * what the sender of the key alone can have opened.
 */
export function createOnce({ store, log }: { store: Pick<Store, 'idempotency' | 'secret'>; log: Logger }) {
  const { idempotency: rows, secret } = store;

  /** Says what became of our run; without a change the key is free again. */
  const settle = async ({ _id, runAt }: Idempotency, change?: Partial<Idempotency>): Promise<void> => {
    const own = { _id, state: 'running' as const, runAt };
    if (change) await rows.updateOne(own, { $set: change });
    else await rows.deleteOne(own);
  };

  const run = async (row: Idempotency, sealKey: Buffer, work: Work): Promise<Reply | undefined> => {
    try {
      const { reply, remembered } = await work({
        key: `${row._id}:${row.startedAt.getTime()}`,
        startedAt: row.startedAt,
      });
      await settle(row, outcomeOf(remembered, sealKey));
      return reply;
    } catch (error) {
      const isRefusal = error instanceof BridgeError && error.status < 500;
      await settle(row, isRefusal ? undefined : AGAIN).catch((failure: unknown) =>
        log.warn(
          { error: describeError(failure) },
          'an Idempotency-Key is taken for 90 s more: its row cannot be changed',
        ),
      );
      throw error;
    }
  };

  return async (request: Request, caller: Caller, work: Work): Promise<Reply | undefined> => {
    const key = readKey(request, caller);
    if (key === undefined) return (await work(newOrigin())).reply;
    const names = [caller.keyId, caller.identityId, key];
    const sealKey = keyedHash(secret, 'answer', ...names);
    const row = await begin(rows, newRow(keyedHash(secret, 'idempotency', ...names), hashOf(request, secret)));
    if (row.answer === undefined) return run(row, sealKey, work);
    const reply = JSON.parse(unseal(sealKey, row.answer)) as Reply;
    return { ...reply, headers: { ...reply.headers, 'Idempotency-Replayed': 'true' } };
  };
}

/** The header, if there is one. A guest cannot use it: nothing tells one guest's keys from another's. */
function readKey(request: Request, caller: Caller): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  const refuse = (why: string) =>
    new BridgeError('idempotency_key_invalid', `Idempotency-Key ${why}.`, { status: 422 });
  if (caller.scope === 'guest') throw refuse('needs a caller with a key pair');
  if (typeof key !== 'string' || key === '' || key.length > KEY_LENGTH) {
    throw refuse(`must have 1 to ${KEY_LENGTH} characters`);
  }
  return key;
}

function newRow(id: Buffer, request: string): Idempotency {
  const now = new Date();
  const expiresAt = new Date(now.getTime() + KEPT_MS);
  return { _id: id.toString('hex'), request, startedAt: now, state: 'running', runAt: now, expiresAt };
}

function hashOf(request: Request, secret: string): string {
  const body = Buffer.isBuffer(request.body) ? request.body.toString('base64') : '';
  return keyedHash(secret, 'request', request.method, request.originalUrl, body).toString('hex');
}

function outcomeOf(reply: Reply | undefined, sealKey: Buffer): Partial<Idempotency> {
  if (reply === undefined || reply.status >= 500) return AGAIN;
  if (reply.unsaved) return { state: 'unsaved' };
  const { status, body, headers } = reply;
  const conversationId = conversationOf(body);
  return {
    state: 'done',
    answer: seal(sealKey, JSON.stringify({ status, body, headers })),
    ...(conversationId ? { conversationId } : {}),
  };
}

/** The conversation that an answer tells of: whoever erases it takes the answer along. */
function conversationOf(body: unknown): string | undefined {
  const { id, conversationId = id } = (body ?? {}) as { id?: unknown; conversationId?: unknown };
  return typeof conversationId === 'string' && conversationId.startsWith('cnv_') ? conversationId : undefined;
}

/** Takes the key for a run of ours, or gives the row of the run that has answered. Throws when neither can be. */
async function begin(rows: Store['idempotency'], fresh: Idempotency): Promise<Idempotency> {
  try {
    await rows.insertOne(fresh);
    return fresh;
  } catch (error) {
    if (!isDuplicate(error)) throw error;
  }
  const row = await rows.findById(fresh._id).lean();
  // Freed in between: its request was refused, and so would this one be.
  if (!row) throw inFlight();
  if (row.request !== fresh.request) {
    const words = 'This Idempotency-Key was used for another request.';
    throw new BridgeError('idempotency_key_reused', words, { status: 422 });
  }
  if (row.state === 'unsaved') {
    const words = 'This was answered, and the answer was not kept, because the conversation is not saved.';
    throw new ConflictError('unsaved_not_replayable', words);
  }
  if (row.state === 'gone') throw new NotFoundError('What this request made was deleted, and');
  return row.state === 'done' ? row : takeOver(rows, row);
}

/** Goes on with a run that has died. One of several who try it at once. */
async function takeOver(rows: Store['idempotency'], row: Idempotency): Promise<Idempotency> {
  const runAt = new Date();
  if (runAt.getTime() - row.runAt.getTime() < RUN_MS) throw inFlight();
  const { matchedCount } = await rows.updateOne(
    { _id: row._id, state: 'running', runAt: row.runAt },
    { $set: { runAt } },
  );
  if (matchedCount === 0) throw inFlight();
  return { ...row, runAt };
}

function inFlight(): ConflictError {
  return new ConflictError('idempotency_in_flight', 'The first request with this Idempotency-Key is still running.');
}
