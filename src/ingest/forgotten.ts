/** What was erased does not come back because a platform brings its event again. */
import type { Store } from '../store/store.ts';
import { inboundKey } from '../store/messages.ts';
import type { Placed } from './place.ts';

/**
 * Those that are events of erased messages. Only what was said before its person or group had something erased is
 * looked up at all, so nobody else pays for it.
 */
export async function findForgotten(store: Store, batch: readonly Placed[]): Promise<Set<Placed>> {
  const doubtful = new Map(
    batch
      .filter(({ inbound, known, place }) => isBefore(inbound.at, place.notBefore ?? known.person.notBefore))
      .map((placed) => [inboundKey(placed.place.chatId, placed.inbound.externalId), placed]),
  );
  if (doubtful.size === 0) return new Set();
  const found = await store.tombstones.find({ _id: { $in: [...doubtful.keys()] } }).lean();
  return new Set(found.flatMap(({ _id }) => doubtful.get(_id) ?? []));
}

function isBefore(at: Date, notBefore: Date | null | undefined): boolean {
  return notBefore !== null && notBefore !== undefined && at <= notBefore;
}
