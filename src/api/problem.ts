/** Errors as `application/problem+json` (RFC 9457): never a stack, never HTML. */
import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { ErrorRequestHandler, Request, Response } from 'express';
import { BridgeError, InvalidError, SignatureError, TooManyError } from '../errors.ts';
import type { Logger } from '../log.ts';

/** What a request is called in answers and logs. */
export function requestId(response: Response): string {
  response.locals['requestId'] ??= randomUUID();
  return response.locals['requestId'] as string;
}

/** Makes the last handler: turns what was thrown into an answer. */
export function createProblemHandler(log: Logger): ErrorRequestHandler {
  return (error: unknown, request: Request, response: Response, _next) => {
    const known = understand(error);
    const id = requestId(response);
    if (known.status >= 500) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      log.error({ requestId: id, method: request.method, path: request.path, error: text }, 'a request failed');
    }
    if (response.headersSent) return void response.destroy();
    if (known.status === 401) response.set('WWW-Authenticate', 'Basic realm="Pantheon"');
    if (known.status === 503) response.set('Retry-After', '2');
    if (known instanceof TooManyError) response.set('Retry-After', String(known.retryAfterSeconds));
    response
      .status(known.status)
      .type('application/problem+json')
      .json({ ...problemOf(known), requestId: id });
  };
}

/** What was thrown, as the body of a problem. */
export function toProblem(error: unknown): object {
  return problemOf(understand(error));
}

/** The error as RFC 9457 has it; `requestId` is added by who answers. */
export function problemOf(error: BridgeError): object {
  return {
    type: 'about:blank',
    title: STATUS_CODES[error.status] ?? 'Error',
    status: error.status,
    detail: error.message,
    code: error.code,
    ...(error instanceof InvalidError && error.problems.length > 0 ? { errors: error.problems } : {}),
  };
}

/** Ours as they are; what the HTTP layer and the store throw, in our words; all else is a bug, and says nothing. */
function understand(error: unknown): BridgeError {
  if (error instanceof SignatureError) return new BridgeError('unauthorized', error.message, { status: 401 });
  if (error instanceof BridgeError) return error;
  const { status, name, type } = error as { status?: number; name?: string; type?: string };
  if (status !== undefined && status >= 400 && status < 500) return unreadable(status, type);
  if (name?.startsWith('Mongo')) {
    return new BridgeError('store_away', 'MongoDB does not answer, so nothing was stored. Try again shortly.', {
      status: 503,
    });
  }
  return new BridgeError('internal_error', 'Something in Pantheon broke. The log has more under this requestId.');
}

/** What Express and its body parser refuse. */
function unreadable(status: number, type: string | undefined): BridgeError {
  if (status === 413) return new BridgeError('body_too_large', 'The body is larger than allowed.', { status });
  if (type === 'encoding.unsupported') {
    return new BridgeError('encoding_unsupported', 'The body has a Content-Encoding that is not known.', { status });
  }
  return new BridgeError('request_invalid', 'The request cannot be read.', { status });
}

/** The end of the line: nothing here, or not with this method. */
export function notFound(request: Request): never {
  throw new BridgeError('not_found', `There is no ${request.method} ${request.path}.`, { status: 404 });
}
