/** The updates that wait for the bot: given again until a higher offset is asked, and kept for a day. */
import { API_CONSTANTS } from 'grammy';
import type { Update } from 'grammy/types';

/** One update that waits. */
export interface Entry {
  update: Update;
  at: number;
  /** Was confirmed once and is to come again: it lives until it has been given once more. */
  isAgain: boolean;
  wasGiven: boolean;
}

/** The queue of one bot. */
export interface UpdateQueue {
  /** Puts an update in, under the next id; gives the id, or `undefined` when `allowed_updates` keeps it out. */
  push(update: object): number | undefined;
  /** Puts updates in again under the ids they had; those that still wait are left alone. */
  redeliver(updateIds: number[]): void;
  /** Confirms all below the offset and gives the next ones. */
  take(offset: number, limit: number): Update[];
  /** All that wait, by id. */
  waiting(): Entry[];
  has(updateId: number): boolean;
  remove(updateId: number): void;
  clear(): void;
  /** The kinds that the bot wants; empty: all but those that must be asked for. */
  allow(kinds: string[]): void;
  /** Every id ever given out, oldest first. */
  readonly ids: number[];
  /** Called when something was put in. */
  onPush: () => void;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Telegram's own kinds of update. */
const KINDS = new Set<string>(API_CONSTANTS.ALL_UPDATE_TYPES);

/** Not given unless asked for by name. */
const ON_REQUEST = new Set(['chat_member', 'message_reaction', 'message_reaction_count']);

export function createQueue(now: () => number): UpdateQueue {
  const entries = new Map<number, Entry>();
  const all = new Map<number, Update>();
  let allowed = new Set<string>();
  // Ids grow from one stand-in to the next, as a store that outlives one would otherwise take new updates for old ones.
  let nextId = Math.floor(now() / 1000) % 2_000_000_000;

  function wants(update: object): boolean {
    const kind = Object.keys(update).find((key) => key !== 'update_id') ?? '';
    // What Telegram does not know cannot have been chosen either, and a test that pushes it wants it to come.
    if (!KINDS.has(kind)) return true;
    return allowed.size > 0 ? allowed.has(kind) : !ON_REQUEST.has(kind);
  }

  function enqueue(update: Update, isAgain: boolean): void {
    entries.set(update.update_id, { update, at: now(), isAgain, wasGiven: false });
    queue.onPush();
  }

  function dropOld(): void {
    for (const [id, { at }] of entries) {
      if (at > now() - DAY_MS) return;
      entries.delete(id);
    }
  }

  function confirm(offset: number): void {
    for (const [id, entry] of entries) {
      if (id < offset && (!entry.isAgain || entry.wasGiven)) entries.delete(id);
    }
  }

  function waiting(): Entry[] {
    dropOld();
    return [...entries.values()].sort((a, b) => a.update.update_id - b.update.update_id);
  }

  const queue: UpdateQueue = {
    onPush: () => undefined,
    waiting,
    push(fields) {
      if (!wants(fields)) return undefined;
      const update = { update_id: nextId++, ...fields } as Update;
      all.set(update.update_id, update);
      enqueue(update, false);
      return update.update_id;
    },
    redeliver(updateIds) {
      for (const id of updateIds) {
        const update = all.get(id);
        if (!update) throw new Error(`There was never an update ${id}`);
        if (!entries.has(id)) enqueue(update, true);
      }
    },
    take(offset, limit) {
      confirm(offset < 0 ? (waiting().at(offset)?.update.update_id ?? 0) : offset);
      const given = waiting().slice(0, limit);
      for (const entry of given) entry.wasGiven = true;
      return given.map(({ update }) => update);
    },
    has: (updateId) => (dropOld(), entries.has(updateId)),
    remove: (updateId) => void entries.delete(updateId),
    clear: () => entries.clear(),
    allow: (kinds) => void (allowed = new Set(kinds)),
    get ids() {
      return [...all.keys()];
    },
  };
  return queue;
}
