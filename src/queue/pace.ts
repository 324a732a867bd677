/**
 * Keeps a rate with bursts (the generic cell rate algorithm), shared by all processes through Redis.
 *
 * rate-limiter-flexible counts in fixed windows and cannot say when the next send may be; the platforms' limits are
 * a rate and a burst, and the wait is what we need. While Redis is away each process keeps the rate by itself.
 */
import type { Redis } from 'ioredis';

export interface Rate {
  perSecond: number;
  burst: number;
}

/** One limit: what it is kept for, and how fast. */
export interface Limit extends Rate {
  key: string;
}

export interface Pacer {
  /** Takes one from every limit, or from none: 0 when it may happen now, else the milliseconds to wait. */
  take(limits: Limit[]): Promise<number>;
}

/** KEYS: the limits. ARGV: now, then interval and tolerance of each, all in milliseconds. */
const SCRIPT = `
local now = tonumber(ARGV[1])
local wait = 0
local at = {}
for i, key in ipairs(KEYS) do
  local interval, tolerance = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
  at[i] = math.max(tonumber(redis.call('GET', key) or now), now)
  wait = math.max(wait, at[i] - tolerance - now)
  at[i] = at[i] + interval
end
if wait > 0 then return math.ceil(wait) end
for i, key in ipairs(KEYS) do redis.call('SET', key, at[i], 'PX', math.ceil(at[i] - now) + 1000) end
return 0`;

/** Interval between two, and how far ahead of it a burst may run. */
function timing({ perSecond, burst }: Rate): { interval: number; tolerance: number } {
  const interval = 1000 / perSecond;
  return { interval, tolerance: interval * (Math.max(1, burst) - 1) };
}

/** The same in this process alone. `reached` holds each limit's theoretical arrival time. */
export function takeLocally(reached: Map<string, number>, limits: Limit[], now: number): number {
  const next = limits.map((limit) => {
    const { interval, tolerance } = timing(limit);
    const at = Math.max(reached.get(limit.key) ?? now, now);
    return { key: limit.key, wait: at - tolerance - now, at: at + interval };
  });
  const wait = Math.max(0, ...next.map((limit) => limit.wait));
  if (wait > 0) return Math.ceil(wait);
  for (const { key, at } of next) reached.set(key, at);
  return 0;
}

/** Makes the pacer. `prefix` keeps installations apart. */
export function createPacer(redis: Redis, prefix: string): Pacer {
  redis.defineCommand('takeAll', { lua: SCRIPT });
  const take = (redis as unknown as { takeAll(...args: (string | number)[]): Promise<number> }).takeAll.bind(redis);
  const reached = new Map<string, number>();
  return {
    async take(limits) {
      if (limits.length === 0) return 0;
      const keys = limits.map(({ key }) => `${prefix}:pace:${key}`);
      const times = limits.flatMap((limit) => Object.values(timing(limit)));
      const now = Date.now();
      try {
        return await take(keys.length, ...keys, now, ...times);
      } catch {
        for (const [key, at] of reached) if (at < now) reached.delete(key);
        return takeLocally(reached, limits, now);
      }
    },
  };
}
