/** Waiting for something to become true in a stand-in, woken by what happens there and never by a clock. */

/** The waits of one stand-in. */
export interface Watch {
  /** Something happened: every wait looks again. */
  changed(): void;
  /**
   * Resolves with what the predicate says of the subject as soon as that is neither `undefined` nor `false`.
   * Rejects at the deadline with the predicate's source and what there is instead.
   */
  waitFor<S, T>(subject: S, predicate: (subject: S) => T | undefined | false, deadlineMs?: number): Promise<T>;
  /** Rejects all waits: the stand-in has ended. */
  end(): void;
}

/** What a platform was asked and was given to say, in one line for the error of a wait that was in vain. */
export function describeCalls(names: readonly string[], texts: readonly unknown[]): string {
  const last = names.slice(-8).join(', ');
  return `${names.length} calls (last ${last}), ${texts.length} sent (last ${JSON.stringify(texts.at(-1))})`;
}

const DEADLINE_MS = 60_000;

/** `describe` says what there is instead, for the error of a wait that came to its deadline. */
export function createWatch(describe: () => string): Watch {
  const waits = new Set<{ look(): void; fail(reason: string): void }>();
  let isScheduled = false;

  function lookAll(): void {
    isScheduled = false;
    for (const wait of waits) wait.look();
  }

  function waitFor<S, T>(
    subject: S,
    predicate: (subject: S) => T | undefined | false,
    deadlineMs = DEADLINE_MS,
  ): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const wait = {
      look(): void {
        try {
          const found = predicate(subject);
          if (found !== undefined && found !== false) settle(() => resolve(found));
        } catch (error) {
          settle(() => reject(error instanceof Error ? error : new Error(String(error))));
        }
      },
      fail: (reason: string): void => settle(() => reject(new Error(`${reason}; there is: ${describe()}`))),
    };
    const timer = setTimeout(() => {
      wait.look();
      wait.fail(`Not so within ${deadlineMs} ms: ${predicate.toString()}`);
    }, deadlineMs);
    function settle(end: () => void): void {
      clearTimeout(timer);
      waits.delete(wait);
      end();
    }
    waits.add(wait);
    wait.look();
    return promise;
  }

  return {
    waitFor,
    changed() {
      // Looked at once per turn of the event loop, so that a thousand sends do not cost a thousand looks.
      if (isScheduled || waits.size === 0) return;
      isScheduled = true;
      setImmediate(lookAll);
    },
    end() {
      for (const wait of waits) wait.fail('The stand-in has ended');
    },
  };
}
