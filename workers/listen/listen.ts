/** Holds the channels' connections: each in one process at a time, under a lease, taken over when that one dies. */
import type { Channel, ChannelReport, ChannelStatus } from '#src/channel.ts';
import { describeError } from '#src/errors.ts';
import { channelId, channelLease, type ChannelRecord } from '#src/store/channels.ts';
import { freeLease, holdLease } from '#src/store/leases.ts';
import { pause } from '#src/waiting.ts';
import { type KnownDeps, keepKnown } from './known.ts';
import { createLook, type Look } from './look.ts';
import { createSpokesman, type Spokesman } from './spokesman.ts';

export interface Listeners {
  /** What each channel that is held here last said of itself. */
  reports: ReadonlyMap<string, ChannelStatus>;
  close(): Promise<void>;
}

/** What listening needs. */
export interface ListenDeps extends KnownDeps {
  holder: string;
  channels: ReadonlyMap<string, Channel>;
}

/** What an admin wants of a channel. */
type Wish = Pick<ChannelRecord, 'isPaused' | 'restarts'>;

/** What holding one channel needs. */
interface HoldDeps extends ListenDeps {
  look: Look;
  spokesman: Spokesman;
}

/** How long a channel rests that ended with an error that trying again will probably not mend. */
const FAILED_REST_MS = 60_000;

/** Listens on every channel that has to be listened to, and is not paused. */
export function startListening(deps: ListenDeps): Listeners {
  const reports = new Map<string, ChannelStatus>();
  const stop = new AbortController();
  const look = createLook(deps.live, deps.log);
  const loops = [...deps.channels.values()].map((channel) => {
    const own = { ...deps, look, spokesman: createSpokesman(deps, channel, reports) };
    return channel.listen ? holdChannel(channel, stop.signal, own) : showPaused(channel, stop.signal, own);
  });
  return {
    reports,
    async close() {
      stop.abort();
      await Promise.all(loops);
    },
  };
}

/** Nobody holds a channel without a connection: each process just says whether it is paused. */
async function showPaused(channel: Channel, stop: AbortSignal, deps: HoldDeps): Promise<void> {
  deps.spokesman.note({ state: 'ready' });
  for (; !stop.aborted; await deps.look.next(stop)) {
    const wish = await readWish(deps, channel);
    if (wish) deps.spokesman.note({ state: wish.isPaused ? 'paused' : 'ready' });
  }
}

/** What is wanted of the channel now; `undefined` while MongoDB is away. */
async function readWish({ store }: HoldDeps, channel: Channel): Promise<Wish | undefined> {
  try {
    const { isPaused = false, restarts = 0 } = (await store.readChannel(channelId(channel))) ?? {};
    return { isPaused, restarts };
  } catch {
    return undefined;
  }
}

/** Listens whenever the lease is ours and nobody has paused the channel, until `stop` is aborted. */
async function holdChannel(channel: Channel, stop: AbortSignal, deps: HoldDeps): Promise<void> {
  const { store, holder, look, spokesman } = deps;
  const lease = channelLease(channel);
  for (; !stop.aborted; await look.next(stop)) {
    let wish = await readWish(deps, channel);
    while (wish?.isPaused === false && !stop.aborted && (await holdLease(store, lease, holder).catch(() => false))) {
      await hold(channel, stop, deps);
      wish = await readWish(deps, channel);
    }
    if (wish?.isPaused) spokesman.note({ state: 'paused' });
    else spokesman.forget();
  }
}

/**
 * Listens under the lease that we hold, until it is lost, `stop` is aborted, or something else is wanted: a pause, or a
 * new connection.
 */
async function hold(channel: Channel, stop: AbortSignal, deps: HoldDeps): Promise<void> {
  const { store, log, holder, look, spokesman } = deps;
  const over = new AbortController();
  const signal = AbortSignal.any([stop, over.signal]);
  // Read once more with the lease in our hands: who pauses looks for a holder second.
  const wish = await readWish(deps, channel);
  let renewing: Promise<void> | undefined;
  const end = look.each(() => {
    renewing ??= renew(channel, wish?.restarts ?? 0, over, deps).finally(() => (renewing = undefined));
  });
  try {
    if (wish?.isPaused !== false) return;
    spokesman.begin(wish.restarts);
    spokesman.say({ state: 'starting' });
    await listen(channel, (said) => spokesman.say(said), signal, deps);
  } catch (error) {
    spokesman.say({ state: 'failed', action: describeError(error) });
    await pause(FAILED_REST_MS, signal);
  } finally {
    end();
    // A renewal that is under way would take again what is let go.
    await renewing;
    await freeLease(store, channelLease(channel), holder).catch((error: Error) =>
      log.debug({ error: error.message }, 'a lease lapses by itself'),
    );
  }
}

/** Renews while we listen; another holder, or something else that is wanted, ends it. */
async function renew(
  channel: Channel,
  restarts: number,
  over: AbortController,
  { store, holder, spokesman }: HoldDeps,
): Promise<void> {
  try {
    if (!(await holdLease(store, channelLease(channel), holder))) {
      return over.abort(new Error('Another process holds this channel now.'));
    }
    const record = await store.readChannel(channelId(channel));
    const isWanted = !record?.isPaused && (record?.restarts ?? 0) === restarts;
    if (isWanted) spokesman.check(record?.said);
    else over.abort(new Error('An admin wants it so.'));
  } catch {
    // MongoDB is away: nobody else can take the lease either, and nothing is acknowledged.
  }
}

/** Listens, and catches up on what was missed. */
async function listen(
  channel: Channel,
  report: (said: ChannelReport) => void,
  signal: AbortSignal,
  deps: KnownDeps,
): Promise<void> {
  const known = keepKnown(deps, channel, signal);
  const onReport = (said: ChannelReport) => {
    report(said);
    known.onState(said.state);
  };
  try {
    await channel.listen?.(known.emit, onReport, signal);
  } finally {
    await known.end();
  }
}
