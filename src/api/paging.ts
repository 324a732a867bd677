/** Pages of lists: opaque cursors over a sort key, never an offset. */
import { z } from 'zod';
import { InvalidError } from '../errors.ts';

/** How a page ends: the sort value of its last thing, and its id for those with the same value. */
export interface Position {
  at: number;
  id: string;
}

/** The last moment that a date can hold; places in a conversation are far below it. */
const LAST_TIME = 8.64e15;

const position = z.strictObject({ at: z.number().min(0).max(LAST_TIME), id: z.string() });

function encodeCursor(at: Position): string {
  return Buffer.from(JSON.stringify(at)).toString('base64url');
}

/** Reads a cursor of ours. Throws `InvalidError` for any other. */
function decodeCursor(cursor: string, pointer: string): Position {
  try {
    return position.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch {
    throw new InvalidError('This cursor is not one of ours.', [
      { pointer, detail: 'must be the `next` or `previous` of a list' },
    ]);
  }
}

/** The query of a list. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50).meta({ description: 'The most that one page holds.' }),
  after: z.string().optional().meta({ description: 'Go on from here: `next` of the page before.' }),
  before: z.string().optional().meta({ description: 'Go back from here: `previous` of the page after.' }),
  order: z.enum(['asc', 'desc']).optional().meta({ description: 'Turns the list round.' }),
});

export type PageQuery = z.infer<typeof pageQuery>;

/** A list that goes on below or above a sort value, in MongoDB's terms. */
export interface Span {
  /** Condition on the sort field and `_id`. */
  filter: Record<string, unknown>;
  sort: 1 | -1;
}

/** What to look for: `order` turns the list, `before` walks it backwards. `toValue`: a cursor's number as stored. */
export function spanOf(
  query: PageQuery,
  field: string,
  byDefault: 'asc' | 'desc',
  toValue: (at: number) => unknown,
): Span {
  const isAscending = (query.order ?? byDefault) === 'asc';
  const isBackwards = query.before !== undefined;
  const isUp = isAscending !== isBackwards;
  const cursor = query.before ?? query.after;
  if (cursor === undefined) return { filter: {}, sort: isUp ? 1 : -1 };
  const { at, id } = decodeCursor(cursor, query.before === undefined ? '/after' : '/before');
  const beyond = isUp ? '$gt' : '$lt';
  const value = toValue(at);
  return {
    filter: { $or: [{ [field]: { [beyond]: value } }, { [field]: value, _id: { [beyond]: id } }] },
    sort: isUp ? 1 : -1,
  };
}

/** Which page of a list by time: as `spanOf`, for lists that are read in slices. */
export function timePageOf(query: PageQuery, byDefault: 'asc' | 'desc') {
  const isUp = ((query.order ?? byDefault) === 'asc') !== (query.before !== undefined);
  const text = query.before ?? query.after;
  const cursor = text === undefined ? undefined : decodeCursor(text, query.before === undefined ? '/after' : '/before');
  return { limit: query.limit + 1, sort: isUp ? (1 as const) : (-1 as const), cursor };
}

/** The answer: the things in the order asked for, and where the list goes on. `found` holds one more if there is more. */
export function pageOf<T>(query: PageQuery, found: T[], positionOf: (thing: T) => Position) {
  const hasMore = found.length > query.limit;
  const things = found.slice(0, query.limit);
  const isBackwards = query.before !== undefined;
  const data = isBackwards ? things.toReversed() : things;
  const [first, last] = [data[0], data.at(-1)];
  const next = last !== undefined && (isBackwards || hasMore) ? encodeCursor(positionOf(last)) : null;
  const hasPrevious = isBackwards ? hasMore : query.after !== undefined;
  const previous = first !== undefined && hasPrevious ? encodeCursor(positionOf(first)) : null;
  return { data, next, previous };
}
