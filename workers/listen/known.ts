/**
 * Until when everything is known that was said on an account (P8). While the connection stands and all that it brings
 * is stored, that time moves on; after anything else it stands still until what was missed has been fetched.
 */
import type { Channel, ChannelState, Emit } from '#src/channel.ts';
import { describeError } from '#src/errors.ts';
import type { Inbound } from '#src/message.ts';
import { pause, pauseAfter } from '#src/waiting.ts';
import { type CatchUpDeps, catchUp, letAnswer, noteKnown, owed } from './catch-up.ts';

export type KnownDeps = CatchUpDeps;

/** What stands between a channel that listens and the way in. */
export interface Known {
  emit: Emit;
  onState(state: ChannelState): void;
  /** Ends it; resolves when nothing is under way. `signal` has been aborted by then. */
  end(): Promise<void>;
}

const NOTE_EVERY_MS = 5_000;
const BACKOFF = { firstMs: 1_000, longestMs: 60_000 };
/** So long the answers to what comes meanwhile wait, at most: what was said before it is answered first. */
const HOLD_MS = 10_000;

/** Keeps the time. A channel that cannot catch up needs none: its platform keeps what we did not acknowledge. */
export function keepKnown(deps: CatchUpDeps, channel: Channel, outer: AbortSignal): Known {
  const { ingest, log } = deps;
  const { name } = channel;
  if (channel.catchUp === undefined) {
    return { emit: (batch) => ingest(name, batch), onState: () => undefined, end: async () => undefined };
  }
  const over = new AbortController();
  const signal = AbortSignal.any([outer, over.signal]);
  const pending = new Set<{ since: number; stored: Promise<void> }>();
  // `missed` counts the times at which something may have been missed; `isGuess`: of none of them there is a sign.
  const now = { isReady: false, isKnown: false, missed: 0, isGuess: false };
  let heldUntil: Date | undefined;
  let fetching: Promise<void> | undefined;

  const hold = () => {
    if (heldUntil === undefined || heldUntil.getTime() <= Date.now()) heldUntil = new Date(Date.now() + HOLD_MS);
    return heldUntil;
  };

  const emit = async (batch: Inbound[]) => {
    // What comes before the connection is ready comes before anything that was missed can be fetched.
    const own = { since: Date.now(), stored: ingest(name, batch, now.isReady ? heldUntil : hold()) };
    pending.add(own);
    try {
      await own.stored;
    } catch (error) {
      onMissed();
      throw error;
    } finally {
      pending.delete(own);
    }
  };

  const onMissed = (isGuess = false) => {
    now.isGuess = isGuess && (now.isKnown || now.isGuess);
    now.isKnown = false;
    now.missed += 1;
    fetch();
  };

  const isWanted = () => now.isReady && !now.isKnown && !signal.aborted;

  const fetch = () => {
    if (!isWanted()) return;
    fetching ??= fetchMissed().finally(() => {
      fetching = undefined;
      fetch();
    });
  };

  const fetchMissed = async () => {
    hold();
    for (let failures = 0; isWanted();) {
      const before = now.missed;
      try {
        await catchUp(deps, channel, emit, signal, now.isGuess);
        now.isKnown = before === now.missed;
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        const wait = pauseAfter(error, failures, BACKOFF);
        log.warn({ channel: name, error: describeError(error), wait }, 'what was missed could not be fetched yet');
        await pause(wait, signal);
      }
    }
    if (now.isKnown) await release();
  };

  /** Nothing waits any longer: what was said before it is here. If this fails it waits to the end of its time. */
  const release = async () => {
    const held = heldUntil;
    if (held === undefined) return;
    heldUntil = undefined;
    await Promise.allSettled([...pending].map(({ stored }) => stored));
    await letAnswer(deps, held).catch((error: unknown) =>
      log.debug({ channel: name, error: describeError(error) }, 'what waits is answered a little later'),
    );
  };

  const note = async () => {
    if (!now.isReady || !now.isKnown) return;
    const until = Math.min(Date.now(), ...[...pending].map(({ since }) => since));
    const missing = owed(await noteKnown(deps.store, channel, new Date(until)));
    if (missing !== undefined) onMissed(missing === 'guess');
  };
  const timer = setInterval(() => {
    note().catch((error: unknown) => {
      log.debug({ channel: name, error: describeError(error) }, 'what is known is noted later');
      // Who calls us may have called in vain while the store was away, and given up: that does not come through here.
      if (channel.receive !== undefined) onMissed();
    });
  }, NOTE_EVERY_MS);

  return {
    emit,
    onState(state) {
      const wasReady = now.isReady;
      now.isReady = state === 'ready';
      if (!now.isReady) Object.assign(now, { isKnown: false, isGuess: false });
      else if (!wasReady) onMissed();
    },
    async end() {
      clearInterval(timer);
      over.abort();
      await fetching;
    },
  };
}
