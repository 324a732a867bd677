/** What an admin does with a channel: written first, then the processes look, and whoever asked is told when it is so. */
import { setTimeout } from 'node:timers/promises';
import type { Channel } from '../channel.ts';
import { ConflictError } from '../errors.ts';
import type { Live } from '../queue/live.ts';
import { CHANNELS_TOPIC } from '../queue/topics.ts';
import { channelId } from '../store/channels.ts';
import { PAUSED } from '../store/deliveries.ts';
import { leaseEnd } from '../store/leases.ts';
import type { Store } from '../store/store.ts';
import { isDuplicate } from '../store/write.ts';
import { readStanding, type Standing } from './standing.ts';

export interface ChangeDeps {
  store: Store;
  live: Live;
}

/** So long whoever asked waits for what they asked for; it comes about all the same. */
const PATIENCE_MS = 10_000;
const LOOK_EVERY_MS = 50;

/**
 * Pauses a channel: its connection is let go, what it is called with is refused, and nothing more is said on it. What
 * people write meanwhile the platform keeps, or it is fetched afterwards; what we would say waits. Resolves when no
 * send is under way any more. Harmless when it is paused already.
 */
export async function pauseChannel(deps: ChangeDeps, channel: Channel, signal: AbortSignal): Promise<void> {
  await setPaused(deps, channel);
  const isQuiet = async () => {
    const { state } = await readStanding(deps.store, channel);
    return state === 'paused' && !(await isSending(deps.store, channel));
  };
  await waitUntil(isQuiet, signal);
}

/** Goes on with a paused channel, and with what waits to be said there. Resolves when somebody holds it. */
export async function resumeChannel(deps: ChangeDeps, channel: Channel, signal: AbortSignal): Promise<void> {
  const { store, live } = deps;
  const now = new Date();
  await store.channels.updateOne(
    { _id: channelId(channel), isPaused: true },
    { $set: { isPaused: false, changedAt: now } },
  );
  // Second: who reads that it is paused after this has not read what is written above.
  await store.deliveries.updateMany(
    { channel: channel.name, state: 'queued', 'error.code': PAUSED.code },
    { $set: { nextTryAt: now, error: null, updatedAt: now } },
  );
  live.publish(CHANNELS_TOPIC, { channel: channel.name });
  await waitUntil(async () => isUp(await readStanding(store, channel)), signal);
}

/**
 * Begins the channel's connection anew, whatever state it is in; resolves when that has begun. A channel without a
 * connection has nothing to begin. Throws `ConflictError` when it is paused.
 */
export async function restartChannel(deps: ChangeDeps, channel: Channel, signal: AbortSignal): Promise<void> {
  const { store, live } = deps;
  const { state } = await readStanding(store, channel);
  if (state === 'paused') throw new ConflictError('channel_paused', `${channel.name} is paused: resume it instead.`);
  if (!channel.listen || state === 'off') return;
  const asked = await store.channels.findOneAndUpdate(
    { _id: channelId(channel) },
    { $inc: { restarts: 1 } },
    { upsert: true, returnDocument: 'after' },
  );
  live.publish(CHANNELS_TOPIC, { channel: channel.name });
  await waitUntil(async () => ((await readStanding(store, channel)).begun ?? 0) >= asked.restarts, signal);
}

async function setPaused({ store, live }: ChangeDeps, channel: Channel): Promise<void> {
  const running = { _id: channelId(channel), isPaused: { $ne: true } };
  const change = { $set: { isPaused: true, changedAt: new Date() } };
  try {
    await store.channels.updateOne(running, change, { upsert: true });
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    // It is there: paused already, or made by somebody else in this moment.
    await store.channels.updateOne(running, change);
  }
  live.publish(CHANNELS_TOPIC, { channel: channel.name });
}

function isUp({ state }: Standing): boolean {
  return state !== 'off' && state !== 'paused';
}

/** Whether somebody says something there in this moment. */
async function isSending(store: Store, { name }: Channel): Promise<boolean> {
  const found = await store.deliveries
    .find({ state: 'sending', channel: name }, { leaseUntil: 1, leaseHolder: 1 })
    .lean();
  return found.some((delivery) => leaseEnd(delivery) !== undefined);
}

async function waitUntil(isSo: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until && !signal.aborted;) {
    if (await isSo()) return;
    await setTimeout(LOOK_EVERY_MS);
  }
}
