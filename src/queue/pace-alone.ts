/** The pace as one process keeps it by itself, while Redis is away. The same algorithm as the script in `pace.ts`. */
import { KEPT_MS, type Limit, timing } from './rates.ts';

/** What one process knows: until when each limit is used up, and the places that were given in line. */
export interface Book {
  reached: Map<string, number>;
  places: Map<string, number>;
}

/** An empty one. */
export function createBook(): Book {
  return { reached: new Map(), places: new Map() };
}

/** `Pacer.take`, at this time. */
export function takeAlone({ reached, places }: Book, limits: readonly Limit[], now: number, own = ''): number {
  const place = places.get(own);
  if (place !== undefined && place > now) return place - now;
  if (places.delete(own)) return 0;
  const asked = limits.map((limit) => {
    const { interval, tolerance } = timing(limit);
    const at = Math.max(reached.get(limit.key) ?? now, now);
    return { key: limit.key, interval, at: at + interval, wait: Math.ceil(at - tolerance - now) };
  });
  const longest = (isOwn: boolean) =>
    Math.max(0, ...asked.filter(({ key }) => (key === own) === isOwn).map(({ wait }) => wait));
  const [alone, shared] = [longest(true), longest(false)];
  if (alone > shared || (shared > 0 && own === '')) return Math.max(alone, shared);
  for (const { key, at, interval } of asked) {
    reached.set(key, key === own ? Math.max(at, now + shared + interval) : at);
  }
  if (shared > 0) places.set(own, now + shared);
  return shared;
}

/** Forgets what no longer matters. */
export function tidy({ reached, places }: Book, now: number): void {
  for (const [key, at] of reached) if (at < now) reached.delete(key);
  for (const [key, at] of places) if (at + KEPT_MS < now) places.delete(key);
}
