/** Waiting for something in the store, woken by live events. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Live } from './live.ts';
import { REDIS_PATIENCE_MS } from './redis.ts';

/** Looks at the live events of one topic, from when it was made: what comes between two readings is not missed. */
export interface Lookout {
  /**
   * Reads again and again until there is something: at once, after each event that tells, and every `everyMs`
   * besides, as events may be lost. `undefined`: `signal` was aborted before.
   */
  until<T>(read: () => Promise<T | undefined>, everyMs: number, signal: AbortSignal): Promise<T | undefined>;
  /** Must be called. */
  close(): void;
}

/**
 * Makes it; one reading at a time. `isTelling`: after which events it is worth reading again. Where nothing is to be
 * heard, as Redis is away or refuses, the readings in between have to do.
 */
export async function openLookout(
  live: Pick<Live, 'subscribe'>,
  topic: string,
  isTelling: (event: unknown) => boolean,
): Promise<Lookout> {
  let wake = (): void => undefined;
  const hear = (event: unknown) => {
    if (isTelling(event)) wake();
  };
  const subscription = live.subscribe(topic, hear).catch(() => () => undefined);
  await Promise.race([subscription, wait(REDIS_PATIENCE_MS, undefined, { ref: false })]);
  return {
    close: () => void subscription.then((unsubscribe) => unsubscribe()),
    async until(read, everyMs, signal) {
      while (!signal.aborted) {
        const change = nextChange(everyMs, signal, (done) => (wake = done));
        const found = await read();
        if (found !== undefined) return found;
        await change;
      }
      return undefined;
    },
  };
}

/** Resolves when something happened, when it is time to look again, or when nobody waits any more. */
function nextChange(everyMs: number, signal: AbortSignal, onWake: (done: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, everyMs);
    signal.addEventListener('abort', done, { once: true });
    onWake(done);
  });
}
