/** Holds the channels' connections: each in one process at a time, under a lease, taken over when that one dies. */
import { setTimeout } from 'node:timers/promises';
import type { Channel, ChannelReport, ChannelStatus } from '#src/channel.ts';
import { LEASE_RENEW_MS } from '#src/conversation.ts';
import { describeError } from '#src/errors.ts';
import { freeLease, holdLease } from '#src/store/leases.ts';
import type { Store } from '#src/store/store.ts';
import { type KnownDeps, keepKnown } from './known.ts';

export interface Listeners {
  /** What each channel last said of itself. */
  reports: ReadonlyMap<string, ChannelStatus>;
  close(): Promise<void>;
}

/** What listening needs. */
export interface ListenDeps extends KnownDeps {
  holder: string;
  channels: ReadonlyMap<string, Channel>;
}

/** How long a channel rests that ended with an error that trying again will probably not mend. */
const FAILED_REST_MS = 60_000;

/** Listens on every channel that has to be listened to. */
export function startListening(deps: ListenDeps): Listeners {
  const reports = new Map<string, ChannelStatus>();
  const stop = new AbortController();
  const loops = [...deps.channels.values()].map((channel) => holdChannel(channel, reports, stop.signal, deps));
  return {
    reports,
    async close() {
      stop.abort();
      await Promise.all(loops);
    },
  };
}

/** Listens whenever the lease is ours, until `stop` is aborted. */
async function holdChannel(
  channel: Channel,
  reports: Map<string, ChannelStatus>,
  stop: AbortSignal,
  deps: ListenDeps,
): Promise<void> {
  const { store, log, holder } = deps;
  const { name } = channel;
  if (!channel.listen) return void reports.set(name, { state: 'ready', since: new Date() });
  const lease = `channel:${name}:${channel.account}`;
  const report = (said: ChannelReport) => {
    const before = reports.get(name);
    if (before?.state !== said.state || before.action !== said.action)
      log.info({ channel: name, state: said.state, ...(said.action && { action: said.action }) }, 'channel state');
    reports.set(name, { ...said, since: before?.state === said.state ? before.since : new Date() });
  };
  while (!stop.aborted) {
    const isOurs = await holdLease(store, lease, holder).catch(() => false);
    if (!isOurs) {
      await setTimeout(LEASE_RENEW_MS, undefined, { signal: stop }).catch(() => undefined);
      continue;
    }
    const lost = new AbortController();
    const renewal = renewLease(store, lease, holder, lost);
    try {
      report({ state: 'starting' });
      await listen(channel, report, AbortSignal.any([stop, lost.signal]), deps);
    } catch (error) {
      report({ state: 'failed', action: describeError(error) });
      await setTimeout(FAILED_REST_MS, undefined, { signal: stop }).catch(() => undefined);
    } finally {
      clearInterval(renewal);
      await freeLease(store, lease, holder).catch((error: Error) =>
        log.debug({ error: error.message }, 'a lease lapses by itself'),
      );
    }
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

/** Renews while we listen; another holder, or no renewal for longer than the lease lasts, ends it. */
function renewLease(store: Store, lease: string, holder: string, lost: AbortController): NodeJS.Timeout {
  return setInterval(() => {
    holdLease(store, lease, holder).then(
      (isOurs) => isOurs || lost.abort(new Error('Another process holds this channel now.')),
      () => undefined, // MongoDB is away: nobody else can take the lease either, and nothing is acknowledged
    );
  }, LEASE_RENEW_MS);
}
