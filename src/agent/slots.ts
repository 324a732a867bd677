/** Who may ask the model next: a few at once, and nobody waits for another's pile of questions. */

/** A place among those who are served; called once, a second time does nothing. */
export type Release = () => void;

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
  const waiting = new Map<string, Waiter[]>();
  const served = new Map<string, number>();
  let busy = 0;

  const servedOf = (personId: string): number => served.get(personId) ?? 0;

  /** Takes the person's first waiter, and moves the person behind the others. */
  const shift = (personId: string): Waiter | undefined => {
    const [first, ...rest] = waiting.get(personId) ?? [];
    waiting.delete(personId);
    if (rest.length > 0) waiting.set(personId, rest);
    return first;
  };

  const next = (): Waiter | undefined => {
    let chosen: string | undefined;
    for (const personId of waiting.keys()) {
      if (chosen === undefined || servedOf(personId) < servedOf(chosen)) chosen = personId;
    }
    return chosen === undefined ? undefined : shift(chosen);
  };

  const admitNext = (): void => {
    while (busy < most()) {
      const waiter = next();
      if (!waiter) return;
      busy += 1;
      served.set(waiter.personId, servedOf(waiter.personId) + 1);
      waiter.admit();
    }
  };

  const createRelease = (personId: string): Release => {
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      busy -= 1;
      // The place is given on while it still counts as this person's: else they would be "least served" at once.
      admitNext();
      const left = servedOf(personId) - 1;
      if (left > 0) served.set(personId, left);
      else served.delete(personId);
    };
  };

  const leave = (waiter: Waiter): void => {
    const rest = (waiting.get(waiter.personId) ?? []).filter((other) => other !== waiter);
    if (rest.length > 0) waiting.set(waiter.personId, rest);
    else waiting.delete(waiter.personId);
  };

  return {
    take(personId, signal) {
      return new Promise<Release>((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason as Error);
        const onAbort = (): void => {
          leave(waiter);
          reject(signal?.reason as Error);
        };
        const waiter: Waiter = {
          personId,
          admit() {
            signal?.removeEventListener('abort', onAbort);
            resolve(createRelease(personId));
          },
        };
        signal?.addEventListener('abort', onAbort, { once: true });
        const queue = waiting.get(personId);
        if (queue) queue.push(waiter);
        else waiting.set(personId, [waiter]);
        admitNext();
      });
    },
  };
}
