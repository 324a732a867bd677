/** Who may ask the model next: a few at once, and nobody waits for another's pile of questions. */

/** A place among those who are served; called once, a second time does nothing. */
type Release = () => void;

/** Hands out places. */
export interface Slots {
  /** Resolves when it is this person's turn. Rejects with the signal's reason when aborted while waiting. */
  take(personId: string, signal?: AbortSignal): Promise<Release>;
}

interface Waiter {
  personId: string;
  admit(): void;
}

/**
 * At most `limit` are served at once; the next is of the person who is served least at this moment, and among
 * equals of the one whose turn is longest ago. Within a person the order is kept. So somebody with a hundred
 * waiting delays nobody else by more than one slot's time. A `limit` that is a function is read at each turn.
 */
export function createSlots(limit: number | (() => number)): Slots {
  const most = typeof limit === 'number' ? () => limit : limit;
  const line = createLine();
  const served = new Map<string, number>();
  let busy = 0;

  const countServed = (personId: string, change: 1 | -1): void => {
    busy += change;
    const count = (served.get(personId) ?? 0) + change;
    if (count > 0) served.set(personId, count);
    else served.delete(personId);
  };

  const admitAll = (): void => {
    while (busy < most()) {
      const waiter = line.next((personId) => served.get(personId) ?? 0);
      if (!waiter) return;
      countServed(waiter.personId, 1);
      waiter.admit();
    }
  };

  const createRelease = (personId: string): Release => {
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      countServed(personId, -1);
      line.moveBehind(personId);
      admitAll();
    };
  };

  return {
    async take(personId, signal) {
      signal?.throwIfAborted();
      const { promise, resolve, reject } = Promise.withResolvers<Release>();
      const waiter: Waiter = { personId, admit: () => resolve(createRelease(personId)) };
      const onAbort = (): void => {
        line.leave(waiter);
        reject(signal?.reason as Error);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      line.join(waiter);
      admitAll();
      return promise.finally(() => signal?.removeEventListener('abort', onAbort));
    },
  };
}

/** Those who wait: the persons in the order of their turns, and each person's own line. */
function createLine(): {
  join(waiter: Waiter): void;
  leave(waiter: Waiter): void;
  /** The person was just served, and comes after all who wait now. */
  moveBehind(personId: string): void;
  /** Takes out the first waiter of the person for whom `weigh` is least. */
  next(weigh: (personId: string) => number): Waiter | undefined;
} {
  const persons = new Map<string, Waiter[]>();

  const moveBehind = (personId: string): void => {
    const own = persons.get(personId);
    persons.delete(personId);
    if (own && own.length > 0) persons.set(personId, own);
  };

  return {
    moveBehind,
    join(waiter) {
      const own = persons.get(waiter.personId);
      if (own) own.push(waiter);
      else persons.set(waiter.personId, [waiter]);
    },
    leave(waiter) {
      const rest = persons.get(waiter.personId)?.filter((other) => other !== waiter) ?? [];
      if (rest.length > 0) persons.set(waiter.personId, rest);
      else persons.delete(waiter.personId);
    },
    next(weigh) {
      let chosen: string | undefined;
      for (const personId of persons.keys()) {
        if (chosen === undefined || weigh(personId) < weigh(chosen)) chosen = personId;
      }
      if (chosen === undefined) return undefined;
      const first = persons.get(chosen)?.shift();
      moveBehind(chosen);
      return first;
    },
  };
}
