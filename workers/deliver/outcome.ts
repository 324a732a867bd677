/** What came of a send: the part as it is now, and whether the delivery ends or pauses here. Pure. */
import type { Sent } from '#src/channel.ts';
import type { DeliveryState } from '#src/conversation.ts';
import { BridgeError, describeError, type RateLimitedError, type UnavailableError } from '#src/errors.ts';
import { type Delivery, type Part, PAUSED, type Try } from '#src/store/deliveries.ts';
import { nextTry } from './parts.ts';

/** Whoever resumes brings forward what waits; only what slips through in that moment waits so long. */
const LOOK_AGAIN_MS = 60_000;

/** How a delivery leaves the worker's hands. No `state`: what its parts make of it. */
export interface End {
  state?: DeliveryState;
  nextTryAt?: Date;
  isAttempt?: boolean;
  error?: { code: string; message: string };
}

export interface Outcome {
  part: Partial<Part>;
  tried: Try;
  /** The message that was there is no longer this part's. */
  isForgotten?: boolean;
  /** Absent: on with the next part. */
  end?: End;
}

/** The platform has it. */
export function said(sent: Sent): Outcome {
  const at = new Date();
  return { part: { state: 'sent', externalId: sent.externalId, at }, tried: { at } };
}

/** We were asked to wait: exactly so long, and it uses up no try. */
export function postponed(error: RateLimitedError): Outcome {
  const now = new Date();
  const nextTryAt = new Date(now.getTime() + error.retryAfterMs);
  return {
    part: { state: 'waiting' },
    tried: { at: now, error: error.message, certain: true },
    end: { state: 'queued', nextTryAt },
  };
}

/** An admin has paused the channel: it waits, uses up no try, and goes on when they resume it. */
export function untilResumed(): End {
  return { state: 'queued', nextTryAt: new Date(Date.now() + LOOK_AGAIN_MS), error: PAUSED };
}

/** This process ends: whoever takes it next goes on with it. */
export function handedBack(): End {
  return { state: 'queued', nextTryAt: new Date() };
}

/** It certainly did not arrive: again later, until the tries are used up. */
export function failed(error: UnavailableError, attempts: Delivery['attempts']): Outcome {
  const now = new Date();
  const nextTryAt = nextTry(attempts + 1, now);
  const tried = { at: now, error: error.message, certain: true };
  const end = { isAttempt: true, error: { code: error.code, message: error.message } };
  if (nextTryAt) return { part: { state: 'waiting' }, tried, end: { ...end, state: 'queued', nextTryAt } };
  return { part: { state: 'failed' }, tried, end: { ...end, state: 'failed' } };
}

/** It may have arrived. Its sisters are said all the same; nobody says it again unasked. */
export function silent(error: UnavailableError): Outcome {
  return {
    part: { state: 'unknown' },
    tried: { at: new Date(), error: error.message, certain: false },
  };
}

/** The platform will never take it, or our own adapter broke: both are for the admin to see. */
export function rejected(error: unknown): Outcome {
  const code = error instanceof BridgeError ? error.code : 'adapter_broke';
  const message = describeError(error);
  const tried = { at: new Date(), error: message, certain: true };
  return { part: { state: 'failed' }, tried, end: { state: 'failed', isAttempt: true, error: { code, message } } };
}
