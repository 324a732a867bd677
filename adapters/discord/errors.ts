/**
 * From what Discord said, or did not say, to the error that tells what may be done next (channels.md, 1 and 5).
 *
 * Nothing of the original error is kept: the library's carry people's texts and the tokens of interactions.
 */
import { DiscordAPIError, HTTPError, RateLimitError } from 'discord.js';
import { ChannelError, RateLimitedError, RejectedError, UnavailableError } from '#src/errors.ts';
import { readLostCall } from '#src/wire.ts';

/** Our words for Discord's codes (https://docs.discord.com/developers/topics/opcodes-and-status-codes#json). */
const CODES: Readonly<Record<number | string, string>> = {
  10003: 'chat_not_found',
  10008: 'message_not_found',
  10015: 'interaction_over',
  10062: 'interaction_over',
  40060: 'interaction_answered',
  50001: 'no_access',
  50007: 'blocked',
  50013: 'no_rights',
  50027: 'interaction_over',
  50033: 'chat_not_found',
  50083: 'thread_closed',
  160002: 'cannot_reply',
  160005: 'thread_closed',
  200000: 'moderated',
  200001: 'moderated',
  240000: 'moderated',
};

/** "API resource is currently overloaded" and, of the firewall before Discord, "internal network error". */
const PASSING = new Set<unknown>([130_000, 40_333]);

/** Where the code says nothing that we know, the status does. */
const STATUSES: Readonly<Record<number, string>> = { 401: 'unauthorized', 403: 'forbidden', 404: 'not_found' };

/** What `@sapphire/async-queue` says of a request that was given up while others were before it. */
const GIVEN_UP_IN_QUEUE = 'Request aborted manually';
/** The least wait after a 429 that names none. */
const LEAST_WAIT_MS = 1_000;

function reasonOf({ code, status, message }: DiscordAPIError): string {
  if (/BASE_TYPE_MAX_LENGTH/.test(message)) return 'too_long';
  if (/BASE_TYPE_REQUIRED|Cannot send an empty message/.test(message)) return 'empty';
  return CODES[code] ?? STATUSES[status] ?? 'rejected';
}

/** Whether something before Discord refused, a firewall or a proxy: Discord's own refusals have a code. */
function isOfTheWay({ rawError }: DiscordAPIError): boolean {
  return !('code' in rawError) || PASSING.has(rawError.code);
}

function refusedOnTheWay(what: string, status: number): UnavailableError {
  const message = `Something before Discord would not ${what} (${status}): a firewall, a proxy, or a wrong DISCORD_API_URL.`;
  return new UnavailableError(message, { certain: true, code: `http_${status}` });
}

/** A redirect comes instead of anything; 502 and 503 come from before whatever would have done it (design.md, 3). */
function brokenOff(what: string, status: number): UnavailableError {
  const certain = status < 400 || status === 502 || status === 503;
  const doubt = certain ? '' : ' It may have been done.';
  return new UnavailableError(`Discord could not ${what} (${status}).${doubt}`, { certain, code: `http_${status}` });
}

function rateLimited(what: string, { retryAfter, timeToReset, global }: RateLimitError): RateLimitedError {
  const waitMs = retryAfter > 0 ? retryAfter : Math.max(timeToReset, LEAST_WAIT_MS);
  const whose = global ? 'all that this bot does' : 'this';
  return new RateLimitedError(
    `Discord asks to wait ${Math.ceil(waitMs)} ms with ${whose}, before it will ${what}.`,
    waitMs,
  );
}

function unanswered(what: string, error: unknown): UnavailableError {
  const { certain, code, how, detail } = readLostCall(error);
  const message = certain
    ? `Discord ${how} to ${what} (${detail}).`
    : `Discord ${how} when asked to ${what}${detail && ` (${detail})`}. It may have been done.`;
  return new UnavailableError(message, { certain, code });
}

/** The error of a call that did not end in a readable yes. `what`: what Discord was asked to do. */
export function failureOf(what: string, error: unknown): ChannelError {
  if (error instanceof ChannelError) return error;
  if (error instanceof RateLimitError) return rateLimited(what, error);
  if (error instanceof DiscordAPIError) {
    if (isOfTheWay(error)) return refusedOnTheWay(what, error.status);
    const [said = ''] = error.message.split('\n', 1);
    const code = error.code === undefined ? '' : `, code ${error.code}`;
    return new RejectedError(reasonOf(error), `Discord would not ${what}: ${said} (${error.status}${code}).`);
  }
  if (error instanceof HTTPError) return brokenOff(what, error.status);
  if (error instanceof Error && error.message === GIVEN_UP_IN_QUEUE) return notBegun(what);
  return unanswered(what, error);
}

/** The call was given up before anything was sent. */
export function notBegun(what: string): UnavailableError {
  return new UnavailableError(`Discord was not asked to ${what}: it was given up before.`, {
    certain: true,
    code: 'not_begun',
  });
}

/** What an answer that says yes and names nothing means. */
export function unreadable(what: string): UnavailableError {
  return new UnavailableError(`Discord's answer to being asked to ${what} cannot be read; it may have been done.`, {
    certain: false,
    code: 'no_answer',
  });
}

/** Whether Discord refused, and for one of these reasons. */
export function isRefused(error: unknown, ...codes: string[]): error is RejectedError {
  return error instanceof RejectedError && codes.includes(error.code);
}
