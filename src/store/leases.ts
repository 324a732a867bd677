/** Things that only one process may do at a time: hold a channel's connection, sweep, migrate. */
import { LEASE_MS } from '../conversation.ts';
import type { Models } from './models.ts';
import { isDuplicate } from './write.ts';

/** Takes the lease, or renews it when it is ours. Says whether it is held now. */
export async function holdLease(
  models: Pick<Models, 'leases'>,
  name: string,
  holder: string,
  now = new Date(),
): Promise<boolean> {
  const until = new Date(now.getTime() + LEASE_MS);
  const renewed = await models.leases.updateOne({ _id: name, holder }, { $set: { until } });
  if (renewed.matchedCount === 1) return true;
  try {
    await models.leases.updateOne(
      { _id: name, until: { $lt: now } },
      { $set: { holder, until }, $inc: { fence: 1 } },
      { upsert: true },
    );
    return true;
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw error;
  }
}

/** Gives the lease back, so that another process need not wait for it to lapse. */
export async function freeLease(models: Pick<Models, 'leases'>, name: string, holder: string): Promise<void> {
  await models.leases.updateOne({ _id: name, holder }, { $set: { until: new Date(0), holder: '' } });
}
