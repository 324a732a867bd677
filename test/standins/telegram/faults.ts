/** Failures that a test orders: each is used up by one call of its method. */

/**
 * How a call goes wrong. In order: a JSON error · the HTML page of Telegram's front · the connection is reset before
 * anything is done · no answer and nothing done · done and recorded, but the answer never comes · done, then the
 * connection is reset · done and answered after `slow` milliseconds.
 */
export type Fault =
  | { status: number; description?: string; retry_after?: number }
  | 'html502'
  | 'reset'
  | 'hang'
  | 'acceptThenHang'
  | 'acceptThenReset'
  | { slow: number };

/** The faults that wait for their calls. */
export interface Faults {
  /** The next `times` calls of the method fail so; `*` is any method but `getUpdates`. */
  faultNext(method: string, fault: Fault, times?: number): void;
  /** Forgets all that wait. */
  clear(): void;
  /** The fault of this call, used up by asking. */
  take(method: string): Fault | undefined;
}

export function createFaults(): Faults {
  const waiting = new Map<string, Fault[]>();
  return {
    faultNext(method, fault, times = 1) {
      const line = waiting.get(method) ?? [];
      waiting.set(method, line);
      for (let i = 0; i < times; i++) line.push(fault);
    },
    clear: () => waiting.clear(),
    take(method) {
      return waiting.get(method)?.shift() ?? (method === 'getUpdates' ? undefined : waiting.get('*')?.shift());
    },
  };
}
