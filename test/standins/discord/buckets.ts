/** Discord's rate limits: a bucket for each route and channel, and one for all (developers/topics/rate-limits). */

/** How many calls a bucket takes in so long, counted from the first of them. */
export interface Rule {
  limit: number;
  perMs: number;
}

/** The rules by the name of the call; a test may change them at any time. */
export type Limits = Record<string, Rule>;

export const DISCORD_LIMITS: Limits = {
  createMessage: { limit: 5, perMs: 5_000 },
  editMessage: { limit: 5, perMs: 5_000 },
  deleteMessage: { limit: 5, perMs: 1_000 },
  typing: { limit: 5, perMs: 5_000 },
  getMessages: { limit: 50, perMs: 1_000 },
  editOriginal: { limit: 5, perMs: 5_000 },
  global: { limit: 50, perMs: 1_000 },
};

const OTHER: Rule = { limit: 100, perMs: 1_000 };

interface Window {
  from: number;
  used: number;
}

/** What came of asking for a place. */
export interface Grant {
  isGranted: boolean;
  isGlobal: boolean;
  retryAfterMs: number;
  headers: Record<string, string>;
}

export interface Buckets {
  /** Takes a place for a call, or says how long to wait. */
  take(name: string, major: string): Grant;
  readonly violations: number;
}

/** Calls that the limit over all does not count. */
const OUTSIDE = new Set(['callback', 'editOriginal', 'deleteOriginal']);

export function createBuckets(limits: () => Limits, now: () => number): Buckets {
  const windows = new Map<string, Window>();
  let violations = 0;

  function look(key: string, { limit, perMs }: Rule): Window & { left: number; resetMs: number } {
    let window = windows.get(key);
    if (!window || now() >= window.from + perMs) window = { from: now(), used: 0 };
    windows.set(key, window);
    return Object.assign(window, { left: limit - window.used, resetMs: window.from + perMs - now() });
  }

  return {
    take(name, major) {
      const rule = limits()[name] ?? OTHER;
      const own = look(`${name}:${major}`, rule);
      const all = OUTSIDE.has(name) ? undefined : look('global', limits()['global'] ?? OTHER);
      const isGlobal = all !== undefined && all.left <= 0;
      const isGranted = own.left > 0 && !isGlobal;
      if (isGranted) {
        own.used += 1;
        if (all) all.used += 1;
      } else violations += 1;
      return {
        isGranted,
        isGlobal,
        retryAfterMs: isGlobal ? (all?.resetMs ?? 0) : own.resetMs,
        headers: {
          'x-ratelimit-limit': String(rule.limit),
          'x-ratelimit-remaining': String(Math.max(0, rule.limit - own.used)),
          'x-ratelimit-reset-after': String(own.resetMs / 1000),
          'x-ratelimit-bucket': `bucket-${name}`,
        },
      };
    },
    get violations() {
      return violations;
    },
  };
}
