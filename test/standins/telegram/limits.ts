/** The rates at which Telegram lets a bot send, enforced only when a test sets them. */
import { type Bucket, createBucket, createEach, createMinutes } from '../rates.ts';
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

/** Counts sends against the limits. */
export interface Meter {
  /** Throws 429 with `retry_after` when there is no room; else takes the room. */
  take(chatId: number): void;
  /** How many sends were refused. */
  readonly violations: number;
}

/** The limits are read at each send, so that a test may change them at any time. */
export function createMeter(limitsNow: () => Limits, now: () => number): Meter {
  const bucketOf = createEach(() => createBucket(now));
  const minutesOf = createEach(() => createMinutes(now));
  let violations = 0;

  /** Seconds to wait, and what this send takes room of. */
  function look(chatId: number): { seconds: number; charge: { take(): void }[] } {
    const { perSecond, burst, perChatPerSecond, chatBurst, perGroupPerMinute } = limitsNow();
    const charge: { take(): void }[] = [];
    const waits = [0];
    const lookAt = (bucket: Bucket, rate: number | undefined, most = Math.max(1, rate ?? 1)): void => {
      if (rate === undefined) return;
      waits.push(bucket.wait(rate, most));
      charge.push(bucket);
    };
    lookAt(bucketOf('all'), perSecond, burst);
    if (chatId > 0) lookAt(bucketOf(chatId), perChatPerSecond, chatBurst);
    else if (perGroupPerMinute !== undefined) {
      waits.push(minutesOf(chatId).wait(perGroupPerMinute));
      charge.push(minutesOf(chatId));
    }
    return { seconds: Math.max(...waits), charge };
  }

  return {
    take(chatId) {
      const { seconds, charge } = look(chatId);
      if (seconds > 0) {
        violations++;
        const retryAfter = Math.ceil(seconds);
        throw new ApiError(429, `Too Many Requests: retry after ${retryAfter}`, { retry_after: retryAfter });
      }
      for (const one of charge) one.take();
    },
    get violations() {
      return violations;
    },
  };
}
