/** The rates at which Slack lets an app call, enforced only when a test sets them. */
import { createBucket, createEach, createMinutes } from '../rates.ts';

/** Calls allowed; an absent one is not limited. */
export interface Limits {
  /** Messages a second to one channel, with bursts. */
  perChannelPerSecond?: number;
  channelBurst?: number;
  /** Calls a minute of each method. */
  perMinute?: Readonly<Record<string, number>>;
}

/** Counts calls against the limits. */
export interface Meter {
  /** Seconds to wait, or 0 when there was room, which is then taken. */
  take(method: string, channel: string): number;
  /** How many calls were refused. */
  readonly violations: number;
}

/** The limits are read at each call, so that a test may change them at any time. */
export function createMeter(limitsNow: () => Limits, now: () => number): Meter {
  const bucketOf = createEach(() => createBucket(now));
  const minutesOf = createEach(() => createMinutes(now));
  let violations = 0;

  return {
    take(method, channel) {
      const { perChannelPerSecond: rate, channelBurst: burst = 1, perMinute } = limitsNow();
      const most = perMinute?.[method];
      const isPost = method === 'chat.postMessage' && rate !== undefined;
      const wait = Math.max(
        most === undefined ? 0 : minutesOf(method).wait(most),
        isPost ? bucketOf(channel).wait(rate, burst) : 0,
      );
      if (wait > 0) violations += 1;
      else {
        if (most !== undefined) minutesOf(method).take();
        if (isPost) bucketOf(channel).take();
      }
      return Math.ceil(wait);
    },
    get violations() {
      return violations;
    },
  };
}
