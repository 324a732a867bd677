/** Our ids: a prefix that tells the kind, then 32 hexadecimal digits that sort by time. */
import { createHash, randomUUIDv7 } from 'node:crypto';

/** The prefixes, one per kind of thing (interface.md, HTTP rules). */
export type IdPrefix =
  | 'cnv'
  | 'msg'
  | 'per'
  | 'idn'
  | 'dlv'
  | 'trn'
  | 'agt'
  | 'key'
  | 'whk'
  | 'whd'
  | 'att'
  | 'evt'
  | 'aud'
  | 'unr';

/** A new id. Not monotonic inside one millisecond: order messages by `seq`, never by id. */
export function newId(prefix: IdPrefix): string {
  return `${prefix}_${randomUUIDv7().replaceAll('-', '')}`;
}

/**
 * An id that follows from `key` alone (and sorts by `at`): whoever carries out the same event, however often and in
 * whatever process, arrives at the same id.
 */
export function derivedId(prefix: IdPrefix, at: Date, key: string): string {
  const time = at.getTime().toString(16).padStart(12, '0').slice(-12);
  const digest = createHash('sha256').update(`${prefix}\0${key}`).digest('hex');
  return `${prefix}_${time}7${digest.slice(0, 19)}`;
}
