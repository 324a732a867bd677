/** Fetching what was said while we were away. */
import type { Channel, Emit } from '#src/channel.ts';
import type { ChatRef } from '#src/message.ts';
import { storeGap } from '#src/ingest/gaps.ts';
import type { Ingest } from '#src/ingest/ingest.ts';
import type { Logger } from '#src/log.ts';
import type { Bells } from '#src/queue/bells.ts';
import type { Live } from '#src/queue/live.ts';
import { type Watermark, watermarkId } from '#src/store/installation.ts';
import type { Store } from '#src/store/store.ts';

export interface CatchUpDeps {
  store: Store;
  bells: Bells;
  live: Live;
  ingest: Ingest;
  log: Logger;
}

/** Clocks differ, and a connection may be dead for a while before anyone notices: so much is fetched once more. */
const MARGIN_MS = 120_000;
/** A time of which something is missing is not waited out for longer. */
const LONG_MS = 90_000;
/** Groups and threads in which nobody has talked to us for so long are left to those platforms that list them. */
const ACTIVE_DAYS = 30;
const DAY_MS = 86_400_000;

/** Everything until then is known. Never moves back. Gives what is noted now. */
export async function noteKnown(store: Store, channel: Channel, knownUntil: Date): Promise<Watermark> {
  return store.watermarks
    .findOneAndUpdate(
      { _id: watermarkId(channel) },
      { $max: { knownUntil }, $setOnInsert: { begunAt: knownUntil } },
      { upsert: true, returnDocument: 'after' },
    )
    .lean();
}

/**
 * Whether there is a time of which not all may have come to us, and it is over, or has lasted for long: a platform may
 * go on dropping what it has to tell. `guess`: nothing tells that anything is missing.
 */
export function owed({ missedSince, missedUntil, isSurelyMissed }: Watermark): 'guess' | 'sure' | undefined {
  if (missedSince === undefined || missedUntil === undefined) return undefined;
  if (Math.min(missedUntil.getTime(), missedSince.getTime() + LONG_MS) > Date.now()) return undefined;
  return isSurelyMissed ? 'sure' : 'guess';
}

/** What was said until then is fetched. What we were told of meanwhile, and what is said later, is not. */
async function settleMissed(store: Store, channel: Channel, fetched: Watermark, until: Date): Promise<void> {
  const { missedSince, missedUntil } = fetched;
  if (missedSince === undefined || missedUntil === undefined) return;
  const asRead = { _id: watermarkId(channel), missedSince };
  const settled = { $unset: { missedSince: true, missedUntil: true, isSurelyMissed: true } };
  const isOver = missedUntil <= until;
  const done = isOver ? await store.watermarks.updateOne({ ...asRead, missedUntil }, settled) : undefined;
  if (!done?.matchedCount) await store.watermarks.updateOne(asRead, { $max: { missedSince: until } });
}

/**
 * Fetches what was said since all was known, and shows what could not be had as gaps. On an account that never knew
 * anything there is nothing to catch up with: its time begins now. On a guess what could not be had is no gap. Rejects
 * when it has to be done again.
 */
export async function catchUp(
  deps: CatchUpDeps,
  channel: Channel,
  emit: Emit,
  signal: AbortSignal,
  isGuess = false,
): Promise<void> {
  const { store, log } = deps;
  const began = new Date();
  const watermark = await store.watermarks.findById(watermarkId(channel)).lean();
  if (watermark) {
    const { knownUntil, missedSince = knownUntil, begunAt = missedSince } = watermark;
    const missed = Math.max(missedSince.getTime(), begunAt.getTime());
    const since = new Date(Math.min(knownUntil.getTime(), missed) - MARGIN_MS);
    const chats = await chatsToAsk(store, channel, began);
    const left = (await channel.catchUp?.({ since, chats }, emit, signal)) ?? [];
    const gaps = isGuess ? [] : left;
    for (const gap of gaps) await storeGap(deps, channel.name, gap);
    log.info({ channel: channel.name, since, gaps: gaps.length }, 'what was missed has been fetched');
  }
  await noteKnown(store, channel, began);
  if (watermark) await settleMissed(store, channel, watermark, began);
}

/**
 * The account's chats in which something may have been missed, the latest first: all direct ones, however long their
 * people have been silent, as platforms that do not list them give no other hint; and the groups of late.
 */
async function chatsToAsk(store: Store, { name, account }: Channel, now: Date): Promise<ChatRef[]> {
  const since = new Date(now.getTime() - ACTIVE_DAYS * DAY_MS);
  const chats = await store.chats
    .find(
      { channel: name, account, $or: [{ kind: 'direct' }, { activeAt: { $gte: since } }] },
      { externalId: 1, threadId: 1, kind: 1, title: 1 },
    )
    .sort({ activeAt: -1 })
    .lean();
  return chats.map(({ externalId, threadId, kind, title }) => ({
    account,
    externalId,
    threadId,
    kind,
    ...(title ? { title } : {}),
  }));
}

/** What waited until then for older messages is answered now. */
export async function letAnswer({ store, bells }: CatchUpDeps, heldUntil: Date): Promise<void> {
  const held = { hasWork: true, readyAt: heldUntil };
  const waiting = await store.conversations.find(held, { _id: 1 }).lean();
  if (waiting.length === 0) return;
  await store.conversations.updateMany(held, { $set: { readyAt: null } });
  await bells.reply.ring(...waiting.map(({ _id }) => _id));
}
