/** From what the child said, or did not say, to the error that tells what may be done next. */
import { type ChannelError, RateLimitedError, RejectedError, UnavailableError } from '#src/errors.ts';
import type { FailureCode } from './child/protocol.ts';

/** The child answered that a call was not carried out. */
export class ChildFailure extends Error {
  readonly code: FailureCode;

  constructor(code: FailureCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** How soon a process that does not hold the browser looks whether another has said it meanwhile. */
const ELSEWHERE_MS = 1_000;

/**
 * The browser is in another process, or in none yet. Nothing was said, and no try is used up: whoever holds it takes
 * the delivery.
 */
export function elsewhere(): RateLimitedError {
  return new RateLimitedError('WhatsApp is held by another process of ours, or is just being begun.', ELSEWHERE_MS);
}

/** We hold the browser, but WhatsApp cannot be used now. */
export function notReady(): UnavailableError {
  return new UnavailableError('WhatsApp is not connected now; its state says what to do.', {
    certain: true,
    code: 'not_ready',
  });
}

/** What a failed call means. Whatever is not said to be certain may have arrived. */
export function asChannelError(error: unknown): ChannelError {
  if (error instanceof RejectedError || error instanceof UnavailableError || error instanceof RateLimitedError) {
    return error;
  }
  const code = error instanceof ChildFailure ? error.code : 'broke';
  if (code === 'not_ready') return notReady();
  if (code === 'not_on_whatsapp') return new RejectedError(code, 'This number is not on WhatsApp.');
  if (code === 'refused') return new RejectedError(code, "WhatsApp's servers did not take this message.");
  return new UnavailableError('WhatsApp did not say whether it took this.', {
    certain: false,
    code: 'no_answer',
    cause: error,
  });
}
