/** A time of which not all may have come to us: noted with the account, for whoever listens on it to fetch. */
import type { InboundMissed } from '../message.ts';
import { watermarkId } from '../store/installation.ts';
import type { IngestDeps } from './deps.ts';

/**
 * Notes it; several are one longer time, and no guess any more if one is none. Before the account was ours there is
 * nothing to fetch. What is noted outlives us, and is settled by fetching it (workers/listen/catch-up.ts).
 */
export async function noteMissed(
  { store, log }: Pick<IngestDeps, 'store' | 'log'>,
  channel: string,
  { account, at, until, isGuess = false }: InboundMissed,
): Promise<void> {
  const _id = watermarkId({ name: channel, account });
  await store.watermarks.updateOne(
    { _id },
    { $min: { missedSince: at }, $max: { missedUntil: until }, ...(isGuess ? {} : { $set: { isSurelyMissed: true } }) },
  );
  if (!isGuess) log.info({ channel, since: at, until }, 'not all may have come to us; what is missing is fetched');
}
