/** What an admin wants of a channel's account, and what whoever holds its connection says of it. */
import { Schema } from 'mongoose';
import type { Channel, ChannelStatus } from '../channel.ts';

type Account = Pick<Channel, 'name' | 'account'>;

/** One account of a channel; there from the first time that somebody holds it, or pauses it. */
export interface ChannelRecord {
  /** Its natural key: channel and account. */
  _id: string;
  /** Nothing is taken in and nothing is said. */
  isPaused: boolean;
  /** When it was paused or resumed last. */
  changedAt?: Date;
  /** How often an admin has asked for its connection to be begun anew. */
  restarts: number;
  said?: Said;
}

/** What the process says that holds the connection. */
export interface Said {
  /** Who says it: true only while they have the lease. */
  holder: string;
  /** The restarts that had been asked for when this connection was begun. */
  restarts: number;
  status: ChannelStatus;
}

export const channelSchema = new Schema<ChannelRecord>({
  _id: { type: String, required: true },
  isPaused: { type: Boolean, default: false },
  changedAt: Date,
  restarts: { type: Number, default: 0 },
  said: Schema.Types.Mixed,
});

/** The natural key of a channel's account. */
export function channelId({ name, account }: Account): string {
  return `${name}:${account}`;
}

/** The lease of whoever holds its connection. */
export function channelLease(channel: Account): string {
  return `channel:${channelId(channel)}`;
}

/** Whether an admin has paused it. Who sends asks after the intent is written: who pauses looks for intents second. */
export async function isPaused(
  store: { readChannel(id: string): Promise<ChannelRecord | undefined> },
  channel: Account,
): Promise<boolean> {
  return (await store.readChannel(channelId(channel)))?.isPaused ?? false;
}

/** The same for what is dropped when it is paused and does not matter much: as it was at most two seconds ago. */
export async function wasPausedLately(
  store: { readChannelLately(id: string): Promise<ChannelRecord | undefined> },
  channel: Account,
): Promise<boolean> {
  return (await store.readChannelLately(channelId(channel)))?.isPaused ?? false;
}
