import type { WireFault } from '../faults.ts';

/**
 * How a call goes wrong: an HTTP status · a no in the body · a page that is not JSON, with status 200 · done, then cut
 * in the middle of the answer · done, but answered by a page · on the wire.
 */
export type Fault =
  | { status: number; retryAfter?: number }
  | { error: string }
  | 'nonsense'
  | 'acceptThenCut'
  | 'acceptThenNonsense'
  | WireFault;
