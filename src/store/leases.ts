/** Things that only one process may do at a time: hold a channel's connection, sweep, migrate. */
import { LEASE_MS } from '../conversation.ts';
import { isDeadNeighbour } from './holder.ts';
import type { Models } from './models.ts';
import { isDuplicate } from './write.ts';

/** Takes the lease, or renews it when it is ours. Says whether it is held now. */
export async function holdLease(models: Pick<Models, 'leases'>, name: string, holder: string): Promise<boolean> {
  const until = new Date(Date.now() + LEASE_MS);
  const renewed = await models.leases.updateOne({ _id: name, holder }, { $set: { until } });
  if (renewed.matchedCount === 1) return true;
  const held = await models.leases.findById(name).lean();
  if (held && held.until.getTime() > Date.now() && !isDeadNeighbour(held.holder)) return false;
  try {
    await models.leases.updateOne(
      { _id: name, holder: held?.holder ?? '' },
      { $set: { holder, until }, $inc: { fence: 1 } },
      { upsert: true },
    );
    return true;
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw error;
  }
}

/** When the lease on a document lapses; `undefined`: it has, or nobody is left to hold it. */
export function leaseEnd(held: { leaseHolder?: string | null; leaseUntil?: Date | null }): Date | undefined {
  const { leaseHolder, leaseUntil } = held;
  if (!leaseUntil || leaseUntil.getTime() <= Date.now()) return undefined;
  return isDeadNeighbour(leaseHolder) ? undefined : leaseUntil;
}

/** Gives the lease back, so that another process need not wait for it to lapse. */
export async function freeLease(models: Pick<Models, 'leases'>, name: string, holder: string): Promise<void> {
  await models.leases.updateOne({ _id: name, holder }, { $set: { until: new Date(0), holder: '' } });
}

/** Who holds the lease now; `undefined`: nobody does, or they are dead. */
export async function readHolder(models: Pick<Models, 'leases'>, name: string): Promise<string | undefined> {
  const lease = await models.leases.findById(name).lean();
  if (!lease || lease.holder === '' || lease.until.getTime() <= Date.now()) return undefined;
  return isDeadNeighbour(lease.holder) ? undefined : lease.holder;
}
