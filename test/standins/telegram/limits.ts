/** The rates at which Telegram lets a bot send, enforced only when a test sets them. */
import { ApiError } from './api-error.ts';

/** Sends allowed; an absent one is not limited. A burst is how many may go at once before the rate counts. */
export interface Limits {
  perSecond?: number;
  burst?: number;
  perChatPerSecond?: number;
  chatBurst?: number;
  /** Groups and channels: no minute may hold more. */
  perGroupPerMinute?: number;
}

/** How many more sends fit, and when: a bucket that fills up at `rate` a second. */
interface Bucket {
  tokens: number;
  at: number;
}

/** Seconds to wait, or 0 when there is room. */
function wait(bucket: Bucket, rate: number, burst: number, now: number): number {
  bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * rate);
  bucket.at = now;
  return bucket.tokens >= 1 ? 0 : (1 - bucket.tokens) / rate;
}

/** Counts sends against the limits. */
export interface Meter {
  /** Throws 429 with `retry_after` when there is no room; else takes the room. */
  take(chatId: number): void;
  /** How many sends were refused. */
  readonly violations: number;
}

const MINUTE_MS = 60_000;

/** The limits are read at each send, so that a test may change them at any time. */
export function createMeter(limitsNow: () => Limits, now: () => number): Meter {
  const buckets = new Map<number | 'all', Bucket>();
  const minutes = new Map<number, number[]>();
  let violations = 0;

  function bucketOf(key: number | 'all', burst: number): Bucket {
    const bucket = buckets.get(key) ?? { tokens: burst, at: now() };
    buckets.set(key, bucket);
    return bucket;
  }

  function groupWait(chatId: number, most: number): number {
    const sent = (minutes.get(chatId) ?? []).filter((at) => at > now() - MINUTE_MS);
    minutes.set(chatId, sent);
    const oldest = sent[sent.length - most];
    return oldest === undefined ? 0 : (oldest + MINUTE_MS - now()) / 1000;
  }

  function waits(chatId: number): { seconds: number; charge: Bucket[] } {
    const charge: Bucket[] = [];
    let seconds = 0;
    const look = (key: number | 'all', rate: number | undefined, burst = Math.max(1, rate ?? 1)): void => {
      if (rate === undefined) return;
      const bucket = bucketOf(key, burst);
      seconds = Math.max(seconds, wait(bucket, rate, burst, now()));
      charge.push(bucket);
    };
    const limits = limitsNow();
    look('all', limits.perSecond, limits.burst);
    const isGroup = chatId < 0;
    if (!isGroup) look(chatId, limits.perChatPerSecond, limits.chatBurst);
    else if (limits.perGroupPerMinute !== undefined)
      seconds = Math.max(seconds, groupWait(chatId, limits.perGroupPerMinute));
    return { seconds, charge };
  }

  return {
    take(chatId) {
      const { seconds, charge } = waits(chatId);
      if (seconds > 0) {
        violations++;
        const retryAfter = Math.ceil(seconds);
        throw new ApiError(429, `Too Many Requests: retry after ${retryAfter}`, { retry_after: retryAfter });
      }
      for (const bucket of charge) bucket.tokens--;
      if (chatId < 0 && limitsNow().perGroupPerMinute !== undefined) minutes.get(chatId)?.push(now());
    },
    get violations() {
      return violations;
    },
  };
}
