/** The body of a request: JSON in UTF-8, or, for the documented `/conversations/*`, next to anything that says nothing. */
import type { Request } from 'express';
import { BridgeError, InvalidError } from '../errors.ts';
import { parseJson } from './json.ts';
import type { Route } from './route.ts';

const EMPTY = /^\s*(?:\{\s*\}|\[\s*\])?\s*$/;

/**
 * The request's body; nothing at all is `{}`. Throws `InvalidError` (400) for what is no JSON, and 415 for what does
 * not say that it is.
 */
export function readBody(request: Request, kind: Route['bodyIs'] = 'json'): unknown {
  const bytes: Buffer = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  if (kind === 'lenient' && (request.is(['urlencoded', 'multipart']) || EMPTY.test(bytes.toString('latin1'))))
    return {};
  const text = decode(bytes);
  if (text.trim() === '') return {};
  requireJson(request);
  return parseJson(text);
}

/** UTF-8 as text; a byte order mark is left out. */
function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) throw new InvalidError('The body is not UTF-8.', [], 400);
    throw error;
  }
}

/** A body without a `Content-Type` is taken for JSON: nothing else is spoken here. */
function requireJson(request: Request): void {
  const type = request.headers['content-type'];
  if (type === undefined) return;
  if (!request.is(['json', '+json'])) throw unsupported('Send the body as application/json.');
  const [, charset = 'utf-8'] = /;\s*charset="?([^\s;"]+)/i.exec(type) ?? [];
  if (!/^utf-?8$/i.test(charset)) throw unsupported('Send the body in UTF-8.');
}

function unsupported(message: string): BridgeError {
  return new BridgeError('media_type_unsupported', message, { status: 415 });
}
