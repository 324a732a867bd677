import type { WireFault } from '../faults.ts';

/**
 * How a call goes wrong: an answer of this status · the HTML page of Discord's front, of status 502 · its page for an
 * address that has made too many wrong calls, of status 429 · that of its firewall, of status 403 · done, and the
 * answer is cut in its middle · done, and the answer is no JSON · on the wire.
 */
export type Fault =
  | { status: number; code?: number; message?: string; retry_after?: number; global?: boolean; location?: string }
  | 'html502'
  | 'html429'
  | 'html403'
  | 'acceptThenCut'
  | 'acceptThenNonsense'
  | WireFault;
