/** Failures that a test orders: each is used up by one call. */

/**
 * How a call goes wrong. In order: an answer of this status · the HTML page of Discord's front, of status 502 · its
 * page for an address that has made too many wrong calls, of status 429 · that of its firewall, of status 403 · the
 * connection is reset before anything is done · no answer and nothing done · done, but the answer never comes · done,
 * then the connection is reset · done, and the answer is cut in its middle · done, and the answer is no JSON · done
 * and answered after `slow` milliseconds.
 */
export type Fault =
  | { status: number; code?: number; message?: string; retry_after?: number; global?: boolean; location?: string }
  | 'html502'
  | 'html429'
  | 'html403'
  | 'reset'
  | 'hang'
  | 'acceptThenHang'
  | 'acceptThenReset'
  | 'acceptThenCut'
  | 'acceptThenNonsense'
  | { slow: number };

/** The faults that wait for their calls. */
export interface Faults {
  /** The next `times` calls of this name fail so; `*` is any. */
  faultNext(name: string, fault: Fault, times?: number): void;
  clear(): void;
  /** The fault of this call, used up by asking. */
  take(name: string): Fault | undefined;
}

export function createFaults(): Faults {
  const waiting = new Map<string, Fault[]>();
  return {
    faultNext(name, fault, times = 1) {
      const line = waiting.get(name) ?? [];
      waiting.set(name, line);
      for (let index = 0; index < times; index += 1) line.push(fault);
    },
    clear: () => waiting.clear(),
    take: (name) => waiting.get(name)?.shift() ?? waiting.get('*')?.shift(),
  };
}
