/** The wire: requests in, JSON answers out, and the ways in which both can fail. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { readBody } from '../body.ts';
import { failAfter, failBefore, type Faults } from '../faults.ts';
import { ApiError } from './api-error.ts';
import type { Buckets } from './buckets.ts';
import type { Fault } from './faults.ts';
import type { Platform } from './platform.ts';
import type { Call } from './record.ts';
import { ROUTES } from './routes.ts';
import type { NamedRoute } from './routes.ts';

/** The pages of Discord's front: what is behind it is away, too many wrong calls from this address, blocked. */
const FRONT = {
  html502: { status: 502, title: '502 Bad Gateway', headers: {} },
  html429: { status: 429, title: 'Access denied | Error 1015', headers: { 'retry-after': '40' } },
  html403: { status: 403, title: 'Attention Required! | Cloudflare', headers: {} },
};

interface Parts {
  platform: Platform;
  faults: Faults<Fault>;
  buckets: Buckets;
  /** Called after each thing that a test may wait for. */
  changed: () => void;
}

interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

function write(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  if (response.destroyed) return;
  if (body === undefined) return void response.writeHead(status, headers).end();
  const text = JSON.stringify(body);
  response.writeHead(status, { ...headers, 'content-type': 'application/json' }).end(text);
}

/** What a 429 looks like: the wait to the millisecond in the body, and rounded up in the header. */
function limited(seconds: number, isGlobal: boolean): Answer {
  return {
    status: 429,
    body: { message: 'You are being rate limited.', retry_after: seconds, global: isGlobal },
    headers: {
      'retry-after': String(Math.ceil(seconds)),
      'x-ratelimit-scope': isGlobal ? 'global' : 'user',
      ...(isGlobal && { 'x-ratelimit-global': 'true' }),
    },
  };
}

/** A fault that is an answer by itself, given before anything is done. `false`: the call is to be done. */
function failEarly(fault: Fault | undefined, request: IncomingMessage, response: ServerResponse): boolean {
  if (failBefore(fault, request)) return true;
  if (fault === 'html502' || fault === 'html429' || fault === 'html403') {
    const { status, title, headers } = FRONT[fault];
    response.writeHead(status, { 'content-type': 'text/html', ...headers });
    response.end(`<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`);
    return true;
  }
  if (typeof fault !== 'object' || 'slow' in fault) return false;
  const { status, code = 0, message = 'Ordered by the test', retry_after: wait, global = false, location } = fault;
  if (status === 429 && wait !== undefined) write(response, limited(wait, global));
  else write(response, { status, body: { code, message }, ...(location !== undefined && { headers: { location } }) });
  return true;
}

/** The answer to a call that was done, or what becomes of it on its way. */
function writeLate(fault: Fault | undefined, answer: Answer, request: IncomingMessage, response: ServerResponse): void {
  const say = () => write(response, answer);
  if (failAfter(fault, request, response, say)) return;
  if (fault === 'acceptThenNonsense') {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"id": "12');
  } else if (fault === 'acceptThenCut') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('{"id": "12', () => request.socket.resetAndDestroy());
  } else say();
}

function parseBody(raw: Buffer): Record<string, unknown> {
  return raw.length === 0 ? {} : (JSON.parse(raw.toString('utf8')) as Record<string, unknown>);
}

function findRoute(method: string, path: string): NamedRoute | undefined {
  return ROUTES.find((one) => one.method === method && one.path.test(path));
}

/** Does the call and gives what Discord answers. Anything but a refusal is a bug of the stand-in and ends the test. */
function answer(platform: Platform, { route, path }: NamedRoute, call: Call): Answer {
  try {
    const result = route(platform, call, path.exec(call.path)?.slice(1) ?? []);
    return result === undefined ? { status: 204 } : { status: 200, body: result };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { status, code, message, errors } = error;
    return { status, body: { code, message, ...(errors && { errors }) } };
  }
}

/** Makes the HTTP side. */
export function createListener({ platform, faults, buckets, changed }: Parts): RequestListener {
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const raw = await readBody(request);
    if (!raw) return;
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const { method = 'GET' } = request;
    const path = decodeURIComponent(url.pathname);
    const found = findRoute(method, path);
    if (!found)
      return write(response, { status: 404, body: { code: 0, message: `404: Not Found: ${method} ${path}` } });
    const { name } = found;
    const call = {
      name,
      method,
      path,
      query: Object.fromEntries(url.searchParams),
      body: parseBody(raw),
      at: platform.now(),
    };
    platform.records.calls.push(call);
    changed();
    if (!found.isOpen && request.headers.authorization !== `Bot ${platform.token}`)
      return write(response, { status: 401, body: { code: 0, message: '401: Unauthorized' } });
    const fault = faults.take(name);
    if (failEarly(fault, request, response)) return;
    const grant = buckets.take(name, found.path.exec(path)?.[1] ?? '');
    if (!grant.isGranted) {
      const refusal = limited(grant.retryAfterMs / 1000, grant.isGlobal);
      return write(response, { ...refusal, headers: { ...grant.headers, ...refusal.headers } });
    }
    const done = answer(platform, found, call);
    changed();
    writeLate(fault, { ...done, headers: grant.headers }, request, response);
  }

  return (request, response) => void serve(request, response);
}
