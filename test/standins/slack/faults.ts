/** Failures that a test orders: each is used up by one call of its method. */

/**
 * How a call goes wrong. In order: an HTTP status · a no in the body · a page that is not JSON, with status 200 · the
 * connection is reset before anything is done · no answer and nothing done · done and recorded, but the answer never
 * comes · done, then the connection is reset · done, then cut in the middle of the answer · done, but answered by a page.
 */
export type Fault =
  | { status: number; retryAfter?: number }
  | { error: string }
  | 'nonsense'
  | 'reset'
  | 'hang'
  | 'acceptThenHang'
  | 'acceptThenReset'
  | 'acceptThenCut'
  | 'acceptThenNonsense';

/** The faults that wait for their calls. */
export interface Faults {
  /** The next `times` calls of the method fail so; `*` is any method. */
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
    take: (method) => waiting.get(method)?.shift() ?? waiting.get('*')?.shift(),
  };
}
