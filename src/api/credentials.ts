/** What a caller says of itself in headers: its key pair, and for whom it calls. */
import type { Request } from 'express';
import { BridgeError } from '../errors.ts';
import type { Pair } from '../keys/pair.ts';
import type { Caller } from './caller.ts';

const EXTERNAL_ID_LENGTH = 256;
const CONTROL_CHARACTER = /\p{Cc}/u;

/** The pair in the headers `apiKey` and `secret`, or in HTTP Basic; `undefined` when nothing of the kind was sent. */
export function readPair({ headers }: Request): Pair | undefined {
  const { apikey, secret, authorization } = headers;
  if (typeof apikey === 'string' && typeof secret === 'string') return { apiKey: apikey, secret };
  const [, encoded] = /^Basic\s+(\S+)$/i.exec(authorization ?? '') ?? [];
  if (encoded !== undefined) {
    const [apiKey = '', ...rest] = Buffer.from(encoded, 'base64').toString().split(':');
    return { apiKey, secret: rest.join(':') };
  }
  const isTry = apikey !== undefined || secret !== undefined || Boolean(authorization);
  return isTry ? { apiKey: '', secret: '' } : undefined;
}

/**
 * Whom the caller names in `Pantheon-Person`: by the caller's own id for them, or, for an admin, by ours.
 *
 * An app key must name somebody, an admin key may. Whoever is one person cannot: it throws 422, as for what is no id.
 */
export function readPersonHeader({ headers }: Request, scope: Caller['scope']): string | undefined {
  const header = headers['pantheon-person'];
  if (header === undefined || header === '') {
    if (scope !== 'app') return undefined;
    throw refusal(
      'person_required',
      'A key of scope app says for whom it calls: send Pantheon-Person with your id of them.',
    );
  }
  if (scope !== 'app' && scope !== 'admin') {
    throw refusal(
      'person_refused',
      'Only keys of scope app and admin may call for somebody else: leave Pantheon-Person out.',
    );
  }
  const named = fromHeader(String(header));
  if (named === undefined || named.length > EXTERNAL_ID_LENGTH || CONTROL_CHARACTER.test(named)) {
    const words = `Pantheon-Person must be UTF-8, without control characters, of at most ${EXTERNAL_ID_LENGTH} characters.`;
    throw refusal('person_invalid', words);
  }
  return named;
}

/** Node gives the bytes of a header as Latin-1. */
function fromHeader(value: string): string | undefined {
  const bytes = Buffer.from(value, 'latin1');
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? text : undefined;
}

function refusal(code: string, message: string): BridgeError {
  return new BridgeError(code, message, { status: 422 });
}
