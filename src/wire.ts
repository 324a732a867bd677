/** How a call over the network was lost, read out of what `fetch` and the libraries above it throw. Pure. */

/** What the errors of a connection have in common; every field may be absent. */
interface Cause {
  name?: unknown;
  code?: unknown;
  syscall?: unknown;
  cause?: unknown;
}

/** A call that brought no readable answer. */
export interface LostCall {
  /** Whether it certainly did not arrive. */
  certain: boolean;
  code: 'unreachable' | 'no_answer';
  /** What the other side did, as the rest of a sentence that begins with its name. */
  how: string;
  /** The system's own word for it, and empty where there is none. */
  detail: string;
}

const DEEPEST = 6;

/** Failures before the first byte of the request could go out. */
const NOT_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'ERR_SSL_WRONG_VERSION_NUMBER',
]);

/** How a call is lost that was given up: by whoever made it, or by a time limit. */
const GIVEN_UP = new Set(['AbortError', 'TimeoutError']);

/** The error and what caused it, outermost first: what tells is found some causes deep. */
export function causesOf(error: unknown): Cause[] {
  const causes: Cause[] = [];
  let next = error;
  while (typeof next === 'object' && next !== null && causes.length < DEEPEST) {
    causes.push(next);
    next = (next as Cause).cause;
  }
  return causes;
}

/** Reads why there is no answer: whether the call may have arrived is the one thing that matters. */
export function readLostCall(error: unknown): LostCall {
  const root: Cause = causesOf(error).at(-1) ?? {};
  const detail = typeof root.code === 'string' ? root.code : '';
  if (NOT_CONNECTED.has(detail) || root.syscall === 'connect' || root instanceof AggregateError) {
    return { certain: true, code: 'unreachable', how: 'could not be reached', detail: detail || 'no connection' };
  }
  const isLate = GIVEN_UP.has(String(root.name));
  const how = isLate ? 'did not answer in time' : 'broke off the connection or answered nonsense';
  return { certain: false, code: 'no_answer', how, detail };
}
