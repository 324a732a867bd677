/**
 * From what Telegram said, or did not say, to the error that tells what may be done next (channels.md, 3).
 *
 * Nothing of the original error is kept: grammY's carry the token (in the address) and people's texts (in the payload).
 */
import type { ChannelError } from '#src/errors.ts';
import { RateLimitedError, RejectedError, UnavailableError } from '#src/errors.ts';
import { readLostCall } from '#src/wire.ts';

/** A refusal as the Bot API words it. */
export interface Refusal {
  error_code: number;
  description: string;
  parameters?: { retry_after?: number | undefined; migrate_to_chat_id?: number | undefined } | undefined;
}

/** Our word for what Telegram tells in prose; the first that fits. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/blocked by the user/i, 'blocked'],
  [/user is deactivated/i, 'user_deactivated'],
  [/can't initiate conversation/i, 'not_started'],
  [/kicked from|not a member/i, 'not_a_member'],
  [/upgraded to a supergroup/i, 'chat_moved'],
  [/message is not modified/i, 'not_modified'],
  [/message to (edit|delete) not found/i, 'message_gone'],
  [/can't parse entities/i, 'parse_failed'],
  [/message is too long|message_too_long/i, 'too_long'],
  [/message text is empty|must be non-empty/i, 'empty'],
  [/thread not found|topic_deleted|topic_id_invalid/i, 'thread_not_found'],
  [/topic_closed/i, 'thread_closed'],
  [/not enough rights|have no rights|chat_write_forbidden|chat_restricted/i, 'no_rights'],
  [/chat not found|peer_id_invalid/i, 'chat_not_found'],
];

/** Where the words say nothing that we know, the number does. */
const CODES: Readonly<Record<number, string>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  413: 'too_long',
};

function reasonOf({ error_code: status, description, parameters }: Refusal): string {
  if (parameters?.migrate_to_chat_id !== undefined) return 'chat_moved';
  return REASONS.find(([words]) => words.test(description))?.[1] ?? CODES[status] ?? 'rejected';
}

/** What a refusal means. `description` must be free of the token. */
export function refused(method: string, refusal: Refusal): ChannelError {
  const { error_code: status, description, parameters } = refusal;
  const said = `Telegram did not carry out ${method}: ${description} (${status}).`;
  if (status === 429) return new RateLimitedError(said, (parameters?.retry_after ?? 1) * 1000);
  // Its own 5xx, and its front's, come before anything is done; a redirect comes instead of anything.
  if (status >= 500 || status < 400) return new UnavailableError(said, { certain: true, code: `http_${status}` });
  const target = parameters?.migrate_to_chat_id;
  const hint = target === undefined ? '' : ` The group goes on as ${target}.`;
  return new RejectedError(reasonOf(refusal), said + hint);
}

/** What a call without a readable answer means: whether it may have arrived is the one thing that matters. */
export function unanswered(method: string, error: unknown): UnavailableError {
  const { certain, code, how, detail } = readLostCall(error);
  const when = certain ? 'for' : 'during';
  return new UnavailableError(`Telegram ${how} ${when} ${method}${detail && ` (${detail})`}.`, { certain, code });
}

/** The call was given up before anything was sent. */
export function notBegun(method: string): UnavailableError {
  return new UnavailableError(`${method} was given up before it began.`, { certain: true, code: 'not_begun' });
}

/** Whether the token is no longer good: nothing can ever be done with it. */
export function isRevoked(error: unknown): boolean {
  return error instanceof RejectedError && error.code === 'unauthorized';
}

/** Whether somebody else receives this bot's updates. */
export function isConflict(error: unknown): boolean {
  return error instanceof RejectedError && error.code === 'conflict';
}
