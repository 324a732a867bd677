/**
 * Lists by time, a page at a time, read in slices of time that grow until the page is full.
 *
 * A sort with a limit reads everything that matches on some servers (ARCHITECTURE.md, Why the queries look as they
 * do); a range between two times reads what lies in it. So a page costs the same however long the list is.
 */
import { createLru } from '../store/lru.ts';

/** Where a page begins: behind this sort value and, among those with the same, behind this id. */
export interface Cursor {
  at: number;
  id: string;
}

/** Which page: `sort` -1 gives the newest first. */
export interface Page {
  limit: number;
  sort: 1 | -1;
  cursor?: Cursor | undefined;
}

/** A slice of time, both ends included. */
export interface Slice {
  $gte: Date;
  $lte: Date;
}

const FIRST_MS = 1_000;
const GROWTH = 8;
/** Nothing is older, or newer: our first times, and a clock that is ahead. */
const OLDEST = Date.UTC(2000, 0);
const AHEAD_MS = 86_400_000;

/** How long a slice was needed last time, by list: the next page begins with it. */
const lengths = createLru<number>(1_000);

/**
 * Reads a page with `find`, which gives everything of a slice in any order. `name` tells one list from another.
 * Gives at most `limit`, in order.
 */
export async function readSlices<T extends { _id: string }>(
  name: string,
  { limit, sort, cursor }: Page,
  timeOf: (thing: T) => Date,
  find: (slice: Slice) => Promise<T[]>,
): Promise<T[]> {
  const order = (a: T, b: T) => sort * (timeOf(a).getTime() - timeOf(b).getTime() || (a._id < b._id ? -1 : 1));
  const isBeyond = (thing: T) => {
    if (cursor === undefined) return true;
    const distance = sort * (timeOf(thing).getTime() - cursor.at);
    return distance > 0 || (distance === 0 && (sort === 1 ? thing._id > cursor.id : thing._id < cursor.id));
  };
  const newest = Date.now() + AHEAD_MS;
  const begin = cursor?.at ?? (sort === -1 ? newest : OLDEST);
  const end = sort === -1 ? OLDEST : newest;
  const found: T[] = [];
  let length = lengths.get(name) ?? FIRST_MS;
  // Without a cursor the first slice reaches from now on into a future that a clock may be ahead by.
  for (let near = cursor || sort === 1 ? begin : Date.now(), from = begin; ; length *= GROWTH) {
    const far = sort === -1 ? Math.max(end, near - length) : Math.min(end, near + length);
    const slice = { $gte: new Date(Math.min(from, far)), $lte: new Date(Math.max(from, far)) };
    const page = (await find(slice)).filter(isBeyond).toSorted(order);
    found.push(...page);
    if (found.length >= limit || far === end) break;
    [near, from] = [far + sort, far + sort];
  }
  // A list that has no full page is read at once; one of which too much was read, more carefully.
  const isShort = found.length < limit;
  lengths.set(
    name,
    isShort ? newest - OLDEST : Math.max(FIRST_MS, found.length > 2 * limit ? length / GROWTH : length),
  );
  return found.slice(0, limit);
}
