/** Failures of a model that a test orders, and the answers that they make of a good one. */
import type { Finish } from './dialects/dialect.ts';

/**
 * How an answer goes wrong. In order: an error answer · taken in and never answered · the connection is reset at
 * once · so many deltas, then the connection is destroyed · so many deltas, then an error within the stream · the
 * text, then the end without a word of why · finished without a text · ended for another reason than being done ·
 * something that is no JSON.
 */
export type ModelFault =
  | { status: number; code?: string; body?: unknown; retryAfter?: number }
  | 'hang'
  | 'reset'
  | { cutAfter: number }
  | { errorAfter: number; status?: number; code?: string }
  | 'endWithoutFinish'
  | 'empty'
  | { finish: Exclude<Finish, 'stop'>; text: string }
  | 'garbage';

/** What to say of a failure when the test does not. The codes and words are OpenAI's. */
const DEFAULTS: Record<number, { code: string; message: string }> = {
  400: { code: 'invalid_request', message: 'The request is invalid.' },
  401: { code: 'invalid_api_key', message: 'Incorrect API key provided: sk-sta***ndin.' },
  403: { code: 'permission_denied', message: 'You do not have access to this resource.' },
  404: { code: 'model_not_found', message: 'The model does not exist or you do not have access to it.' },
  429: { code: 'rate_limit_exceeded', message: 'Rate limit reached for requests. Please try again later.' },
  500: { code: 'server_error', message: 'The server had an error while processing your request.' },
  503: { code: 'server_overloaded', message: 'The engine is currently overloaded, please try again later.' },
};

const QUOTA = 'You exceeded your current quota, please check your plan and billing details.';

/** The code and words of an error answer. */
export function explain(status: number, code?: string): { code: string; message: string } {
  const fallback = DEFAULTS[status] ?? { code: 'server_error', message: `Status ${status}.` };
  if (code === undefined) return fallback;
  return { code, message: code === 'insufficient_quota' ? QUOTA : fallback.message };
}
