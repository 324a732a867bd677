/** Failures that a test orders of a stand-in: each is used up by one call. */
import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * How any platform fails on the wire. In order: the connection is reset before anything is done · no answer and
 * nothing done · done, but the answer never comes · done, then the connection is reset · done and answered after
 * `slow` milliseconds.
 */
export type WireFault = 'reset' | 'hang' | 'acceptThenHang' | 'acceptThenReset' | { slow: number };

/** The faults that wait for their calls. */
export interface Faults<Fault> {
  /** The next `times` calls of this name fail so; `*` is any. */
  faultNext(name: string, fault: Fault, times?: number): void;
  /** Forgets all that wait. */
  clear(): void;
  /** The fault of this call, used up by asking. */
  take(name: string): Fault | undefined;
}

/** None waits at first. `isAny`: which names `*` stands for. */
export function createFaults<Fault>(isAny: (name: string) => boolean = () => true): Faults<Fault> {
  const waiting = new Map<string, Fault[]>();
  return {
    faultNext(name, fault, times = 1) {
      const line = waiting.get(name) ?? [];
      waiting.set(name, line);
      for (let index = 0; index < times; index += 1) line.push(fault);
    },
    clear: () => waiting.clear(),
    take: (name) => waiting.get(name)?.shift() ?? (isAny(name) ? waiting.get('*')?.shift() : undefined),
  };
}

/** Fails before anything is done, if the wire is to. `false`: it is not. */
export function failBefore(fault: unknown, request: IncomingMessage): boolean {
  if (fault === 'reset') request.socket.resetAndDestroy();
  return fault === 'hang' || fault === 'reset';
}

/** Fails after all was done, if the wire is to, or is only late to `write` the answer. `false`: it is neither. */
export function failAfter(
  fault: unknown,
  request: IncomingMessage,
  response: ServerResponse,
  write: () => void,
): boolean {
  if (fault === 'acceptThenReset') request.socket.resetAndDestroy();
  if (fault === 'acceptThenHang' || fault === 'acceptThenReset') return true;
  if (typeof fault !== 'object' || fault === null || !('slow' in fault)) return false;
  const timer = setTimeout(write, Number(fault.slow));
  response.once('close', () => clearTimeout(timer));
  return true;
}
