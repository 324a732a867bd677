/** The rates at which Slack lets an app call, enforced only when a test sets them. */

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

const MINUTE_MS = 60_000;

/** The limits are read at each call, so that a test may change them at any time. */
export function createMeter(limitsNow: () => Limits, now: () => number): Meter {
  const buckets = new Map<string, { tokens: number; at: number }>();
  const minutes = new Map<string, number[]>();
  let violations = 0;

  function channelWait(channel: string): number {
    const { perChannelPerSecond: rate, channelBurst: burst = 1 } = limitsNow();
    if (rate === undefined) return 0;
    const bucket = buckets.get(channel) ?? { tokens: burst, at: now() };
    buckets.set(channel, bucket);
    bucket.tokens = Math.min(burst, bucket.tokens + ((now() - bucket.at) / 1000) * rate);
    bucket.at = now();
    if (bucket.tokens < 1) return (1 - bucket.tokens) / rate;
    bucket.tokens -= 1;
    return 0;
  }

  function minuteWait(method: string): number {
    const most = limitsNow().perMinute?.[method];
    if (most === undefined) return 0;
    const calls = (minutes.get(method) ?? []).filter((at) => at > now() - MINUTE_MS);
    minutes.set(method, calls);
    const [oldest] = calls;
    if (calls.length >= most && oldest !== undefined) return (oldest + MINUTE_MS - now()) / 1000;
    calls.push(now());
    return 0;
  }

  return {
    take(method, channel) {
      const wait = minuteWait(method) || (method === 'chat.postMessage' ? channelWait(channel) : 0);
      if (wait > 0) violations += 1;
      return Math.ceil(wait);
    },
    get violations() {
      return violations;
    },
  };
}
