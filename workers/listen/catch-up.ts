/** Fetching what was said while we were away. */
import type { Channel, Emit } from '#src/channel.ts';
import type { ChatRef } from '#src/message.ts';
import { storeGap } from '#src/ingest/gaps.ts';
import type { Ingest } from '#src/ingest/ingest.ts';
import type { Logger } from '#src/log.ts';
import type { Bells } from '#src/queue/bells.ts';
import type { Live } from '#src/queue/live.ts';
import { watermarkId } from '#src/store/installation.ts';
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
/** Groups and threads in which nobody has talked to us for so long are left to those platforms that list them. */
const ACTIVE_DAYS = 30;
const DAY_MS = 86_400_000;

/** Everything until then is known. Never moves back. */
export async function noteKnown(store: Store, channel: Channel, knownUntil: Date): Promise<void> {
  await store.watermarks.updateOne({ _id: watermarkId(channel) }, { $max: { knownUntil } }, { upsert: true });
}

/** Whether there is a time, over by now, of which not all may have come to us. */
export async function isOwed(store: Store, channel: Channel): Promise<boolean> {
  const { missedUntil } = (await store.watermarks.findById(watermarkId(channel)).lean()) ?? {};
  return missedUntil !== undefined && missedUntil.getTime() <= Date.now();
}

/** What was missing until then is fetched. What we were told of since is not. */
async function settleMissed(store: Store, channel: Channel, missedUntil: Date): Promise<void> {
  const settled = { $unset: { missedSince: true, missedUntil: true } };
  await store.watermarks.updateOne({ _id: watermarkId(channel), missedUntil }, settled);
}

/**
 * Fetches what was said since all was known, and shows what could not be had as gaps. On an account that never knew
 * anything there is nothing to catch up with: its time begins now. Rejects when it has to be done again.
 */
export async function catchUp(deps: CatchUpDeps, channel: Channel, emit: Emit, signal: AbortSignal): Promise<void> {
  const { store, log } = deps;
  const began = new Date();
  const watermark = await store.watermarks.findById(watermarkId(channel)).lean();
  if (watermark) {
    const { knownUntil, missedSince = knownUntil } = watermark;
    const since = new Date(Math.min(knownUntil.getTime(), missedSince.getTime()) - MARGIN_MS);
    const chats = await chatsToAsk(store, channel, began);
    const gaps = (await channel.catchUp?.({ since, chats }, emit, signal)) ?? [];
    for (const gap of gaps) await storeGap(deps, channel.name, gap);
    log.info({ channel: channel.name, since, gaps: gaps.length }, 'what was missed has been fetched');
  }
  await noteKnown(store, channel, began);
  const { missedUntil } = watermark ?? {};
  if (missedUntil && missedUntil <= began) await settleMissed(store, channel, missedUntil);
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
