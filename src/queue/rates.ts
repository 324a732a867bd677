/** Limits of how often something may happen: a rate with bursts. */

export interface Rate {
  perSecond: number;
  burst: number;
}

/** One limit: what it is kept for, and how fast. */
export interface Limit extends Rate {
  key: string;
}

/** A place in line is kept so long past its time, for who comes late. */
export const KEPT_MS = 10_000;

/** Interval between two, and how far ahead of it a burst may run; in milliseconds. */
export function timing({ perSecond, burst }: Rate): { interval: number; tolerance: number } {
  const interval = 1000 / perSecond;
  return { interval, tolerance: interval * (Math.max(1, burst) - 1) };
}
