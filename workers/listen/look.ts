/** When to look what is wanted of the channels: every two seconds, and at once when somebody rings. */
import { EventEmitter, once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { LEASE_RENEW_MS } from '#src/conversation.ts';
import { describeError } from '#src/errors.ts';
import type { Logger } from '#src/log.ts';
import type { Live } from '#src/queue/live.ts';
import { CHANNELS_TOPIC } from '#src/queue/topics.ts';

export interface Look {
  /** Resolves when it is time to look again, or `stop` is aborted. */
  next(stop: AbortSignal): Promise<void>;
  /** Calls back whenever it is time, until the returned function is called. */
  each(look: () => void): () => void;
}

const RUNG = 'rung';

/** Makes it. A ring that is lost costs two seconds. */
export function createLook(live: Live, log: Logger): Look {
  const bell = new EventEmitter().setMaxListeners(0);
  live
    .subscribe(CHANNELS_TOPIC, () => bell.emit(RUNG))
    .catch((error: unknown) => log.debug({ error: describeError(error) }, 'what is wanted of channels is seen later'));
  return {
    async next(stop) {
      const done = new AbortController();
      const signal = AbortSignal.any([stop, done.signal]);
      const rung = [once(bell, RUNG, { signal }), setTimeout(LEASE_RENEW_MS, undefined, { signal })];
      await Promise.race(rung).catch(() => undefined); // `stop` was aborted
      done.abort();
    },
    each(look) {
      const timer = setInterval(look, LEASE_RENEW_MS);
      bell.on(RUNG, look);
      return () => {
        clearInterval(timer);
        bell.off(RUNG, look);
      };
    },
  };
}
