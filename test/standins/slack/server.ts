/** The wire: forms in, JSON out, and the ways in which both can fail. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { readBody } from '../body.ts';
import { failAfter, failBefore, type Faults } from '../faults.ts';
import { ApiError } from './api-error.ts';
import type { Fault } from './faults.ts';
import type { Manifest } from './manifest.ts';
import { scopesOf } from './manifest.ts';
import { findMethod } from './methods/index.ts';
import type { Args, Platform } from './platform.ts';

/** What the server needs. */
export interface Parts {
  platform: Platform;
  manifest: Manifest;
  faults: Faults<Fault>;
  /** The tokens that are good now. */
  tokens: { bot: string | undefined; app: string | undefined };
  /** Called after each thing that a test may wait for. */
  changed: () => void;
}

interface Answer {
  status: number;
  body: string;
  headers?: Record<string, string>;
}

const PAGE = '<!DOCTYPE html><html><head><title>Slack</title></head><body>Server Error</body></html>';

const yes = (fields: object): Answer => ({ status: 200, body: JSON.stringify({ ok: true, ...fields }) });
const no = (error: string, fields: object = {}): Answer => ({
  status: 200,
  body: JSON.stringify({ ok: false, error, ...fields }),
});

/** Arguments come as a form; the library sends nothing else. */
function readArgs(request: IncomingMessage, body: Buffer): Args {
  const type = request.headers['content-type'] ?? '';
  if (body.length > 0 && !type.startsWith('application/x-www-form-urlencoded')) throw new ApiError('invalid_post_type');
  return Object.fromEntries(new URLSearchParams(body.toString('utf8')));
}

function checkToken(method: string, request: IncomingMessage, { tokens }: Parts): void {
  const given = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (given === undefined) throw new ApiError('not_authed');
  const isForApp = method === 'apps.connections.open';
  if (given === (isForApp ? tokens.app : tokens.bot)) return;
  throw new ApiError(given === (isForApp ? tokens.bot : tokens.app) ? 'not_allowed_token_type' : 'invalid_auth');
}

function checkScopes(method: string, args: Args, { platform, manifest }: Parts): void {
  const channel = platform.world.channels.get(args['channel'] ?? '');
  const needed = scopesOf(method, channel?.kind);
  if (!needed) throw new ApiError('unknown_method');
  const has = new Set(manifest.oauth_config.scopes.bot);
  const missing = needed.find((scope) => !has.has(scope));
  if (missing !== undefined) throw new ApiError('missing_scope', { needed: missing, provided: [...has].join(',') });
}

/** Does the call and gives what Slack answers. Anything but a refusal is a bug of the stand-in and ends the test. */
function answer(method: string, request: IncomingMessage, body: Buffer, parts: Parts): Answer {
  const { platform } = parts;
  try {
    const args = readArgs(request, body);
    checkToken(method, request, parts);
    checkScopes(method, args, parts);
    const wait = platform.meter.take(method, args['channel'] ?? '');
    if (wait > 0) return { ...no('ratelimited'), status: 429, headers: { 'retry-after': String(wait) } };
    return yes(findMethod(method)?.(platform, args) ?? {});
  } catch (error) {
    if (error instanceof ApiError) return no(error.message, error.fields);
    throw error;
  }
}

function write(response: ServerResponse, { status, body, headers }: Answer): void {
  if (response.destroyed) return;
  const length = String(Buffer.byteLength(body));
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': length,
    ...headers,
  });
  response.end(body);
}

/** A fault that is an answer by itself, given before anything is done. `false`: the call is to be done. */
function failEarly(fault: Fault | undefined, request: IncomingMessage, response: ServerResponse): boolean {
  if (failBefore(fault, request)) return true;
  if (fault === 'nonsense') write(response, { status: 200, body: PAGE });
  else if (typeof fault === 'object' && 'error' in fault) write(response, no(fault.error));
  else if (typeof fault === 'object' && 'status' in fault) {
    const headers = fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) };
    write(response, { status: fault.status, body: PAGE, headers });
  } else return false;
  return true;
}

/** Answers, unless a fault keeps the answer back after all was done. */
function writeLate(fault: Fault | undefined, done: Answer, request: IncomingMessage, response: ServerResponse): void {
  const say = () => write(response, done);
  if (failAfter(fault, request, response, say)) return;
  if (fault === 'acceptThenNonsense') write(response, { status: 200, body: PAGE });
  else if (fault === 'acceptThenCut') {
    response.writeHead(200, { 'content-length': String(done.body.length) });
    response.write(done.body.slice(0, 9), () => request.socket.destroy());
  } else say();
}

/** Serves `POST /api/<method>`. */
export function createListener(parts: Parts): RequestListener {
  const { platform, faults, changed } = parts;
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    if (!body) return;
    const [, method] = /^\/api\/([\w.]+)$/.exec(request.url ?? '') ?? [];
    if (method === undefined || request.method !== 'POST') return write(response, { status: 404, body: PAGE });
    const args = Object.fromEntries(new URLSearchParams(body.toString('utf8')));
    platform.records.calls.push({ method, args, at: platform.now() });
    const fault = faults.take(method);
    changed();
    if (failEarly(fault, request, response)) return;
    const done = answer(method, request, body, parts);
    changed();
    writeLate(fault, done, request, response);
  };
  return (request, response) => void serve(request, response);
}
