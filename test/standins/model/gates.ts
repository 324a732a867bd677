/** Holding answers back until a test says so. */

/** A closed gate; opened once. */
export interface Gate {
  release(): void;
}

/** The gates of one stand-in. */
export interface Gates {
  /** Closes a gate for all answers after so many of their deltas; 0: before anything is sent. */
  close(afterDeltas: number): Gate;
  /** Resolves when no gate stands at this place, or when `ended` resolves. */
  pass(deltas: number, ended: Promise<unknown>): Promise<void>;
  releaseAll(): void;
}

export function createGates(): Gates {
  const closed = new Map<Gate, { afterDeltas: number; open: Promise<void> }>();
  return {
    close(afterDeltas) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const gate: Gate = {
        release() {
          closed.delete(gate);
          resolve();
        },
      };
      closed.set(gate, { afterDeltas, open: promise });
      return gate;
    },
    async pass(deltas, ended) {
      const here = [...closed.values()].filter(({ afterDeltas }) => afterDeltas === deltas).map(({ open }) => open);
      if (here.length > 0) await Promise.race([Promise.all(here), ended]);
    },
    releaseAll() {
      for (const gate of closed.keys()) gate.release();
    },
  };
}
