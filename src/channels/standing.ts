/** How a channel stands, as any process can tell: who holds it may be another one. */
import type { Channel, ChannelState, ChannelStatus } from '../channel.ts';
import { channelId, channelLease } from '../store/channels.ts';
import { readHolder } from '../store/leases.ts';
import type { Store } from '../store/store.ts';

export interface Standing extends Omit<ChannelStatus, 'since'> {
  /** Since when its state is that; absent: nobody has said. */
  since?: Date;
  /** Its connection was begun after so many restarts had been asked for; absent: nobody holds it. */
  begun?: number;
}

const RESUME = 'It is paused: nothing is taken in and nothing is said until it is resumed.';

/** Reads it. What whoever holds it said last counts only while they hold it. */
export async function readStanding(store: Pick<Store, 'channels' | 'leases'>, channel: Channel): Promise<Standing> {
  const [record, holder] = await Promise.all([
    store.channels.findById(channelId(channel)).lean(),
    readHolder(store, channelLease(channel)),
  ]);
  const { said, isPaused = false, changedAt } = record ?? {};
  if (holder !== undefined && channel.listen) {
    const isTheirs = said?.holder === holder;
    return isTheirs ? { ...said.status, begun: said.restarts } : { state: 'starting' };
  }
  const state: ChannelState = isPaused ? 'paused' : channel.listen ? 'off' : 'ready';
  return { state, ...(isPaused && { action: RESUME }), ...(changedAt && { since: changedAt }) };
}
