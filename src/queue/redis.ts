/** Connections to Redis. Nothing in Redis is needed for the truth: it may be away, or wiped, at any time. */
import { Redis } from 'ioredis';
import type { Logger } from '../log.ts';

const RECONNECT_MAX_MS = 1_000;

/** What a connection is for: a worker waits for Redis as long as it takes, everybody else fails at once. */
export type RedisUse = 'worker' | 'command' | 'subscriber';

/** Opens a connection that reconnects by itself for ever. An outage is logged once, and once its end. */
export function connectRedis(url: string, use: RedisUse, log: Logger): Redis {
  const redis = new Redis(url, {
    maxRetriesPerRequest: use === 'command' ? 0 : null,
    enableOfflineQueue: use !== 'command',
    enableReadyCheck: true,
    connectTimeout: 3_000,
    retryStrategy: (attempt) => Math.min(attempt * 50, RECONNECT_MAX_MS),
  });
  let isAway = false;
  redis.on('error', (error: Error) => {
    if (!isAway) log.warn({ use, error: error.message }, 'Redis is away; it is tried again until it is back');
    isAway = true;
  });
  redis.on('ready', () => {
    if (isAway) log.info({ use }, 'Redis is back');
    isAway = false;
  });
  return redis;
}

/** Whether Redis may silently drop what we keep there; then a worker could wait for ever. Throws when Redis is away. */
export async function evictionPolicy(redis: Redis): Promise<string> {
  const [, policy] = await redis.config('GET', 'maxmemory-policy');
  return policy ?? 'unknown';
}
