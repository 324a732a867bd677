/** Connections to Redis. Nothing in Redis is needed for the truth: it may be away, or wiped, at any time. */
import { once } from 'node:events';
import { Redis } from 'ioredis';
import type { Logger } from '../log.ts';

const RECONNECT_MAX_MS = 1_000;
/** Redis answers in a millisecond or is not well: nobody waits longer for what can be done without it. */
export const REDIS_PATIENCE_MS = 500;

/** So long a command may take that nothing waits for: a ring, a live event. They are made up for. */
const COMMAND_TIMEOUT_MS = 2_000;

/**
 * What a connection is for: a worker waits for Redis as long as it takes, with commands that block; everybody else
 * fails at once when it is away, and soon when it is silent.
 */
export type RedisUse = 'worker' | 'command' | 'subscriber';

/** Opens a connection that reconnects by itself for ever. An outage is logged once, and once its end. */
export function connectRedis(url: string, use: RedisUse, log: Logger): Redis {
  const redis = new Redis(url, {
    maxRetriesPerRequest: use === 'command' ? 0 : null,
    enableOfflineQueue: use !== 'command',
    ...(use === 'command' ? { commandTimeout: COMMAND_TIMEOUT_MS } : {}),
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

const CONNECT_PATIENCE_MS = 3_000;

/** Resolves once the connection takes commands, or has not for too long: a start need not fail for it. */
export async function untilConnected(redis: Redis): Promise<void> {
  if (redis.status === 'ready') return;
  const signal = AbortSignal.timeout(CONNECT_PATIENCE_MS);
  await once(redis, 'ready', { signal }).catch(() => undefined); // it is away, which is told of elsewhere
}

/** Whether Redis may silently drop what we keep there; then a worker could wait for ever. Throws when Redis is away. */
export async function evictionPolicy(redis: Redis): Promise<string> {
  const [, policy] = await redis.config('GET', 'maxmemory-policy');
  return policy ?? 'unknown';
}
