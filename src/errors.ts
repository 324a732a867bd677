/**
 * The errors that cross a boundary of Pantheon. Everything else that is thrown is a bug.
 *
 * Messages say what happened, to what, and what to do now; never a secret, never what a person wrote.
 */

/** The base of all our errors. `code` is stable and machine-readable; `status` is what HTTP answers. */
export class BridgeError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, options: { status?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.status = options.status ?? 500;
  }
}

/** The configuration cannot work. Thrown at start only; `message` names each variable and the remedy. */
export class ConfigError extends BridgeError {
  constructor(message: string, cause?: unknown) {
    super('config_invalid', message, { cause });
  }
}

/** There is no such thing, or it is not the caller's: the two look alike on purpose. */
export class NotFoundError extends BridgeError {
  constructor(what: string) {
    super('not_found', `${what} does not exist.`, { status: 404 });
  }
}

/** A webhook call that does not prove that it comes from the platform. */
export class SignatureError extends BridgeError {
  constructor(message: string) {
    super('signature_invalid', message, { status: 401 });
  }
}

/** The thing is in a state in which this cannot be done to it. */
export class ConflictError extends BridgeError {
  constructor(code: string, message: string) {
    super(code, message, { status: 409 });
  }
}

/** One wrong field of a request; `pointer` is a JSON Pointer in the caller's own spelling. */
export interface FieldProblem {
  pointer: string;
  detail: string;
}

/** Input that does not fit its schema. */
export class InvalidError extends BridgeError {
  readonly problems: FieldProblem[];

  constructor(message: string, problems: FieldProblem[] = [], status = 422) {
    super('input_invalid', message, { status });
    this.problems = problems;
  }
}

/** Somebody did something too often; it may be done again after the wait. */
export class TooManyError extends BridgeError {
  readonly retryAfterSeconds: number;

  constructor(message: string, retryAfterSeconds: number) {
    super('rate_limited', message, { status: 429 });
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** What an adapter's `send` may throw. Its class alone tells the deliver worker what may be done next. */
export class ChannelError extends BridgeError {}

/**
 * The platform could not be reached, or did not say what it did.
 *
 * `certain: true`: the message did not arrive, and may be tried again.
 * `certain: false`: it may have arrived. Such a part becomes `unknown` and is never silently sent again (P5).
 */
export class UnavailableError extends ChannelError {
  readonly certain: boolean;

  constructor(message: string, options: { certain: boolean; code?: string; cause?: unknown }) {
    super(options.code ?? 'channel_unavailable', message, { status: 503, cause: options.cause });
    this.certain = options.certain;
  }
}

/** The platform asks us to wait. Nothing was sent; the wait is kept exactly and uses up no try. */
export class RateLimitedError extends ChannelError {
  readonly retryAfterMs: number;

  constructor(message: string, retryAfterMs: number) {
    super('rate_limited', message, { status: 429 });
    this.retryAfterMs = retryAfterMs;
  }
}

/** The platform will never take this. Nothing was sent. */
export class RejectedError extends ChannelError {
  constructor(code: string, message: string, cause?: unknown) {
    super(code, message, { status: 422, cause });
  }
}

/** This process is going down: what runs is handed back, and another process or the next start goes on with it. */
export class ShutdownError extends BridgeError {
  /** When it was told to end. */
  readonly at = Date.now();

  constructor() {
    super('shutting_down', 'Pantheon is shutting down.', { status: 503 });
  }
}

/** The text of an unknown thrown value, fit for a log line or a stored error. */
export function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
