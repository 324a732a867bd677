/** Counting calls per minute over all processes, in Redis; while that is away or silent, in each process by itself. */
import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes, RLWrapperTimeouts } from 'rate-limiter-flexible';
import { REDIS_PATIENCE_MS } from './redis.ts';

const WINDOW_SECONDS = 60;

/** Where somebody stands after one more call. */
interface Standing {
  isOver: boolean;
  remaining: number;
  /** Seconds until the count begins anew. */
  resetSeconds: number;
}

export interface RateLimit {
  limit: number;
  windowSeconds: number;
  /** Counts one call of `key`: one command. Never fails. */
  count(key: string): Promise<Standing>;
}

/** Makes a limit of `limit` calls a minute. `prefix` keeps installations and limits apart. */
export function createRateLimit(redis: Redis, prefix: string, limit: number): RateLimit {
  const options = { points: limit, duration: WINDOW_SECONDS, keyPrefix: prefix };
  const limiter = new RLWrapperTimeouts({
    limiter: new RateLimiterRedis({ ...options, storeClient: redis }),
    insuranceLimiter: new RateLimiterMemory(options),
    timeoutMs: REDIS_PATIENCE_MS,
  });
  return {
    limit,
    windowSeconds: WINDOW_SECONDS,
    async count(key) {
      const usage = await limiter.consume(key).catch((over: unknown) => {
        if (over instanceof RateLimiterRes) return over;
        throw over;
      });
      return {
        isOver: usage.consumedPoints > limit,
        remaining: usage.remainingPoints,
        resetSeconds: Math.max(1, Math.ceil(usage.msBeforeNext / 1000)),
      };
    },
  };
}
