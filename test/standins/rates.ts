/** How platforms count what they allow, as far as several count alike. */

const MINUTE_MS = 60_000;

/** How many more calls fit: a bucket that fills up at a rate a second, up to its burst. */
export interface Bucket {
  /** Seconds until there is room for one more, or 0. */
  wait(rate: number, burst: number): number;
  take(): void;
}

/** Full at first. */
export function createBucket(now: () => number): Bucket {
  let [tokens, at] = [Infinity, now()];
  return {
    wait(rate, burst) {
      tokens = Math.min(burst, tokens + ((now() - at) / 1000) * rate);
      at = now();
      return tokens >= 1 ? 0 : (1 - tokens) / rate;
    },
    take: () => void (tokens -= 1),
  };
}

/** Of a time that no minute may hold more of than so many. */
export interface Minutes {
  /** Seconds until there is room for one more, or 0. */
  wait(most: number): number;
  take(): void;
}

/** Empty at first. */
export function createMinutes(now: () => number): Minutes {
  let taken: number[] = [];
  return {
    wait(most) {
      taken = taken.filter((at) => at > now() - MINUTE_MS);
      const oldest = taken[taken.length - most];
      return oldest === undefined ? 0 : (oldest + MINUTE_MS - now()) / 1000;
    },
    take: () => void taken.push(now()),
  };
}

/** What there is under a key, made when it is first asked for. */
export function createEach<Value>(make: () => Value): (key: string | number) => Value {
  const all = new Map<string | number, Value>();
  return (key) => {
    const one = all.get(key) ?? make();
    all.set(key, one);
    return one;
  };
}
