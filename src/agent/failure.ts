/** Reads what went wrong between us and a model out of whatever the AI library reports. Pure. */
import { causesOf } from '../wire.ts';
import type { AgentErrorCode } from './agent.ts';

/** A try that brought no answer. */
export interface Failure {
  code: Exclude<AgentErrorCode, 'model_key_missing'>;
  /** Trying again soon may help. */
  mayPass: boolean;
  /** How long the service asks us to wait. */
  retryAfterMs?: number;
  /** Status and codes in a few words; never what a person or the service wrote. */
  detail?: string;
  /** The service's own words, for the debug log only: they may hold anything. */
  words?: string;
}

/** What the library's errors have in common; every field may be absent. */
interface Reported {
  name?: string;
  message?: string;
  statusCode?: number;
  code?: unknown;
  type?: unknown;
  data?: unknown;
  responseBody?: string;
  responseHeaders?: Record<string, string>;
}

/** The connection was there, and broke. */
const LOST = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'UND_ERR_SOCKET']);

/** The connection was silent for longer than Node waits. */
const SILENT = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

/** Statuses below 500 that say nothing about the request itself. */
const PASSING_STATUSES = new Set([408, 409, 425]);

/** Ends of a stream that are no answer: before it was complete, without a text, held back by a filter. */
export const CUT_OFF: Failure = { code: 'model_cut_off', mayPass: true };
export const EMPTY: Failure = { code: 'model_empty', mayPass: true };
export const REFUSED: Failure = { code: 'model_refused', mayPass: false };

/** Tells a failure from what was wanted. */
export function isFailure(outcome: object): outcome is Failure {
  return 'mayPass' in outcome;
}

/** The failure without the key, which a service may repeat to us. */
export function withoutKey(failure: Failure, key: string | undefined): Failure {
  if (!key) return failure;
  const { detail, words } = failure;
  return {
    ...failure,
    ...(detail === undefined ? {} : { detail: detail.replaceAll(key, '[key]') }),
    ...(words === undefined ? {} : { words: words.replaceAll(key, '[key]') }),
  };
}

/** Whether the library (or the network below it) threw this, and not our own code. */
export function isAboutService(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.name.startsWith('AI_') || error.name === 'AbortError' || causeCodes(error).length > 0;
}

/** Turns anything that the library threw or streamed as an error into a failure. */
export function readFailure(error: unknown): Failure {
  const reported = (typeof error === 'object' && error !== null ? error : {}) as Reported;
  // An error within a stream may come without a status; its codes tell, and else it is the service's failure.
  const status = reported.statusCode ?? (reported.name === 'AI_StreamProviderError' ? 500 : undefined);
  const words = reported.responseBody ?? reported.message ?? String(error);
  const failure = status !== undefined && status >= 300 ? readStatus(status, reported) : readConnection(reported);
  return { ...failure, words };
}

function readStatus(status: number, reported: Reported): Failure {
  const codes = serviceCodes(reported);
  const code = readCode(status, codes, `${reported.message} ${reported.responseBody}`);
  const mayPass = code === 'model_rate_limited' || (code === 'model_failed' && isPassing(status));
  const retryAfterMs = mayPass ? retryAfter(reported.responseHeaders) : undefined;
  return {
    code,
    mayPass,
    detail: [reported.statusCode ?? 'mid-answer', ...codes].join(' '),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

function isPassing(status: number): boolean {
  return status >= 500 || PASSING_STATUSES.has(status);
}

/** The services' codes tell more than their statuses, which they use differently; their prose is the last resort. */
function readCode(status: number, codes: string[], prose: string): Failure['code'] {
  const told = codes.join(' ').toLowerCase();
  if (status === 402 || /insufficient_quota|billing/.test(told)) return 'model_quota_exceeded';
  // Anthropic says it in prose alone; Google's daily lid looks like its lid by the minute but for the lid's name.
  if (/credit balance is too low|PerDay/.test(prose)) return 'model_quota_exceeded';
  if (/content_?filter|content_policy/.test(told)) return 'model_refused';
  if (status === 404 || /model_not_found|invalid_model/.test(told)) return 'model_not_found';
  if (status === 401 || status === 403 || /invalid_api_key|api_key_invalid/.test(told)) return 'model_key_refused';
  // Google refuses a key as an invalid argument.
  if (status === 400 && /API_KEY_INVALID/.test(prose)) return 'model_key_refused';
  return status === 429 || /rate_limit/.test(told) ? 'model_rate_limited' : 'model_failed';
}

/** The machine-readable words of the error, wherever the service puts them. */
function serviceCodes(reported: Reported): string[] {
  const data = reported.data as { error?: Reported & { status?: unknown } } | undefined;
  const inner = data?.error;
  const all = [inner?.code, inner?.type, inner?.status, reported.code, reported.type];
  return [...new Set(all.filter(isTelling))];
}

/** One word that is not just "error"; a service may write a sentence where a code belongs. */
function isTelling(code: unknown): code is string {
  return typeof code === 'string' && /^(?!error$)[\w.-]{1,60}$/.test(code);
}

function readConnection(reported: Reported): Failure {
  const codes = causeCodes(reported);
  const detail = codes.length > 0 ? { detail: codes.join(' ') } : {};
  if (codes.some((code) => SILENT.has(code))) return { code: 'model_timeout', mayPass: false, ...detail };
  if (codes.some((code) => LOST.has(code))) return { ...CUT_OFF, ...detail };
  // The answer had begun and could not be read to its end, or ended without saying that it did.
  if (reported.statusCode !== undefined || isWithoutEnd(reported)) return { ...CUT_OFF, ...detail };
  if (codes.length > 0) return { code: 'model_unreachable', mayPass: true, ...detail };
  return { code: 'model_failed', mayPass: true, detail: 'an answer that cannot be read' };
}

/** How the library's chat form reports a stream without a finish; the other forms have a finish reason for it. */
function isWithoutEnd({ name, data }: Reported): boolean {
  return name === 'AI_InvalidResponseDataError' && data === undefined;
}

/** The system's codes (`ECONNREFUSED`). */
function causeCodes(error: unknown): string[] {
  return causesOf(error).flatMap(({ code }) =>
    typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code) ? [code] : [],
  );
}

/** How long the service asks us to wait, from its headers: milliseconds, seconds or a date. */
function retryAfter(headers: Record<string, string> = {}): number | undefined {
  const milliseconds = Number(headers['retry-after-ms'] ?? Number.NaN);
  if (Number.isFinite(milliseconds)) return Math.max(0, milliseconds);
  const value = headers['retry-after'];
  if (value === undefined) return undefined;
  const seconds = Number(value);
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}
