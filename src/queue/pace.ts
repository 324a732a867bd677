/**
 * Keeps a rate with bursts (the generic cell rate algorithm), shared by all processes through Redis.
 *
 * rate-limiter-flexible counts in fixed windows and cannot say when the next send may be; the platforms' limits are
 * a rate and a burst, and the wait is what we need. While Redis is away or silent each process keeps the rate by itself.
 */
import type { Redis } from 'ioredis';
import { createBook, takeAlone, tidy } from './pace-alone.ts';
import { KEPT_MS, type Limit, timing } from './rates.ts';
import { orAfter } from '../waiting.ts';
import { REDIS_PATIENCE_MS } from './redis.ts';

export interface Pacer {
  /**
   * Takes one from every limit, or from none: 0 when it may happen now, else the milliseconds to wait. Never fails.
   *
   * `own`: the key of that limit which is the asker's alone. If it is the others that let it wait, which are shared with
   * many, it has a place in line with that: asking once more when the wait is over gives 0. So those who wait do not
   * all come back at once, and nobody who comes later goes first.
   */
  take(limits: Limit[], own?: string): Promise<number>;
}

/**
 * KEYS: the limits, and the asker's place in line, if they may have one. ARGV: now, how long a place is kept, which of
 * the limits is the asker's own (0: no place), then interval and tolerance of each; times in milliseconds.
 */
const SCRIPT = `
local now, kept, own = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local count = own > 0 and #KEYS - 1 or #KEYS
local place = own > 0 and KEYS[#KEYS]
local given = place and redis.call('GET', place)
if given then
  if tonumber(given) > now then return tonumber(given) - now end
  redis.call('DEL', place)
  return 0
end
local alone, shared = 0, 0
local at = {}
for i = 1, count do
  local interval, tolerance = tonumber(ARGV[2 * i + 2]), tonumber(ARGV[2 * i + 3])
  at[i] = math.max(tonumber(redis.call('GET', KEYS[i]) or now), now)
  local wait = math.ceil(at[i] - tolerance - now)
  if i == own then alone = math.max(alone, wait) else shared = math.max(shared, wait) end
  at[i] = at[i] + interval
end
if alone > shared or (shared > 0 and not place) then return math.max(alone, shared) end
if place then at[own] = math.max(at[own], now + shared + tonumber(ARGV[2 * own + 2])) end
for i = 1, count do redis.call('SET', KEYS[i], at[i], 'PX', math.ceil(at[i] - now) + 1000) end
if shared > 0 then redis.call('SET', place, now + shared, 'PX', shared + kept) end
return shared`;

/** Makes the pacer. `prefix` keeps installations apart. */
export function createPacer(redis: Redis, prefix: string): Pacer {
  redis.defineCommand('takeAll', { lua: SCRIPT });
  const take = (redis as unknown as { takeAll(...args: (string | number)[]): Promise<number> }).takeAll.bind(redis);
  const book = createBook();
  return {
    async take(limits, own) {
      if (limits.length === 0) return 0;
      const keys = limits.map(({ key }) => `${prefix}:pace:${key}`);
      const times = limits.flatMap((limit) => Object.values(timing(limit)));
      const ownIndex = limits.findIndex(({ key }) => key === own) + 1;
      if (ownIndex > 0) keys.push(`${prefix}:place:${own}`);
      const now = Date.now();
      const asked = take(keys.length, ...keys, now, KEPT_MS, ownIndex, ...times).catch(() => undefined);
      const wait = await orAfter(asked, REDIS_PATIENCE_MS, undefined);
      if (wait !== undefined) return wait;
      // Redis is away, or silent: nobody waits longer for it.
      tidy(book, now);
      return takeAlone(book, limits, now, own);
    },
  };
}
