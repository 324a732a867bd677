/**
 * From what Slack said, or did not say, to the error that tells what may be done next.
 *
 * Slack answers 200 to nearly everything and says no by `{ok: false, error}`. Nothing of the library's errors is
 * kept: they carry people's texts and our token.
 */
import type { ChannelError } from '#src/errors.ts';
import { RateLimitedError, RejectedError, UnavailableError } from '#src/errors.ts';
import { readLostCall } from '#src/wire.ts';

/** A no as the Web API words it. */
export interface Refusal {
  error?: unknown;
  /** The scope that is missing. */
  needed?: unknown;
}

/** Slack does not know itself what it did (docs.slack.dev/reference/methods/chat.postMessage, Errors). */
const UNKNOWN = new Set(['fatal_error', 'internal_error']);

/** Slack did nothing, and may later. */
const LATER = new Set(['service_unavailable', 'request_timeout', 'team_added_to_org']);

/** What a new token, or a repaired app, alone can help. */
const REVOKED = new Set([
  'invalid_auth',
  'not_authed',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'not_allowed_token_type',
  'user_removed_from_team',
  'team_disabled',
]);

/** What an HTTP status says, where the body says nothing. */
const CODES: Readonly<Record<number, string>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  413: 'too_long',
};

/** What an HTTP status other than 200 means. `retryAfter` is the header of that name, in seconds. */
export function refusedByStatus(method: string, status: number, retryAfter: string | null): ChannelError {
  const said = `Slack did not carry out ${method} (HTTP ${status}).`;
  if (status === 429) return new RateLimitedError(said, waitMs(retryAfter));
  // A redirect comes instead of anything; of a 5xx other than 503 nobody knows what was done before it.
  if (status < 400 || status === 503) return new UnavailableError(said, { certain: true, code: `http_${status}` });
  if (status >= 500) return new UnavailableError(said, { certain: false, code: `http_${status}` });
  return new RejectedError(CODES[status] ?? 'rejected', said);
}

/** What a no in Slack's own words means. `retryAfter` as above. */
export function refused(method: string, refusal: Refusal, retryAfter: string | null): ChannelError {
  const word = String(refusal.error);
  // Only a word of Slack's own is repeated: anything else may be what somebody wrote.
  const code = /^[a-z][a-z0-9_]{1,63}$/.test(word) ? word : 'rejected';
  const scope = /^[\w:.,-]{1,200}$/.test(String(refusal.needed)) ? `, needed: ${String(refusal.needed)}` : '';
  const said = `Slack did not carry out ${method} (${code}${code === 'missing_scope' ? scope : ''}).`;
  if (code === 'ratelimited' || code === 'rate_limited') {
    return new RateLimitedError(said, waitMs(retryAfter));
  }
  if (UNKNOWN.has(code)) return new UnavailableError(said, { certain: false, code });
  if (LATER.has(code)) return new UnavailableError(said, { certain: true, code });
  return new RejectedError(code, said);
}

function waitMs(retryAfter: string | null): number {
  const seconds = Number.parseInt(retryAfter ?? '', 10);
  return (seconds >= 0 ? seconds : 1) * 1000;
}

/** What a call without a readable answer means: whether it may have arrived is the one thing that matters. */
export function unanswered(method: string, error: unknown): UnavailableError {
  const { certain, code, how, detail } = readLostCall(error);
  const when = certain ? 'for' : 'during';
  return new UnavailableError(`Slack ${how} ${when} ${method}${detail && ` (${detail})`}.`, { certain, code });
}

/** The call was given up before anything was sent. */
export function notBegun(method: string): UnavailableError {
  return new UnavailableError(`${method} was given up before it began.`, { certain: true, code: 'not_begun' });
}

/** Whether the token is no longer good, or never was: nothing can be done with it. */
export function isRevoked(error: unknown): boolean {
  return error instanceof RejectedError && REVOKED.has(error.code);
}
