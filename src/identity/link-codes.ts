/** Codes by which a human says on one app that they are the one who asked on another. */
import { createHash, randomBytes } from 'node:crypto';
import type { LinkCode } from '../store/link-codes.ts';
import type { Store } from '../store/store.ts';
import { insert } from '../store/write.ts';

const CODE_BYTES = 16;
const LINK_HOURS = 24;
const HOUR_MS = 3_600_000;
/** How long a question whether to join may be answered. */
const ANSWER_MS = 10 * 60_000;

/** Whether a text has the form of a code; whatever else follows a greeting is none of ours. */
export function isLinkCode(text: string): boolean {
  return /^[\w-]{22}$/.test(text);
}

/** What a code is for. */
export type LinkPurpose = Pick<LinkCode, 'personId' | 'app'> & Partial<Pick<LinkCode, 'conversationId' | 'isShared'>>;

/** Makes codes of 128 bit for links, each good once, for a day. Only their hashes are stored. */
export async function createLinkCodes(store: Store, purpose: LinkPurpose, count: number): Promise<string[]> {
  const codes = Array.from({ length: count }, () => randomBytes(CODE_BYTES).toString('base64url'));
  const createdAt = new Date();
  const expiresAt = new Date(createdAt.getTime() + LINK_HOURS * HOUR_MS);
  const documents = codes.map((code) => ({
    _id: hashOf(code),
    ...purpose,
    state: 'open' as const,
    expiresAt,
    createdAt,
  }));
  await store.writeAll(documents.map((document) => insert(store.linkCodes, document)));
  return codes;
}

/** The code that a link carried, if it is still good. */
export async function findLinkCode(store: Store, code: string): Promise<LinkCode | undefined> {
  const found = await store.linkCodes.findById(hashOf(code)).lean();
  return found && found.state !== 'used' && found.expiresAt > new Date() ? found : undefined;
}

/** Notes that this identity is asked whether to join. A later question of theirs takes the place of an earlier one. */
export async function askIdentity(store: Store, { _id }: LinkCode, identityId: string): Promise<boolean> {
  const open = { _id, $or: [{ state: 'open' as const }, { state: 'asked' as const, askedIdentityId: identityId }] };
  const asked = { state: 'asked' as const, askedIdentityId: identityId, askedAt: new Date() };
  return (await store.linkCodes.updateOne(open, { $set: asked })).matchedCount === 1;
}

/** The question that this identity has been asked last and may still answer. */
export async function findAsked(store: Store, identityId: string): Promise<LinkCode | undefined> {
  const asked = await store.linkCodes.find({ askedIdentityId: identityId, state: 'asked' }).lean();
  const since = Date.now() - ANSWER_MS;
  return asked
    .filter(({ askedAt, expiresAt }) => (askedAt?.getTime() ?? 0) > since && expiresAt.getTime() > Date.now())
    .toSorted((a, b) => Number(a.askedAt) - Number(b.askedAt))
    .at(-1);
}

function hashOf(code: string): string {
  return createHash('sha256').update(code).digest('hex');
}
