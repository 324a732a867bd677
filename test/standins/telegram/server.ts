/** The wire: requests in, JSON answers out, and the ways in which both can fail. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { readBody } from '../body.ts';
import { failAfter, failBefore, type Faults } from '../faults.ts';
import { ApiError } from './api-error.ts';
import type { Fault } from './faults.ts';
import { findMethod } from './methods/index.ts';
import { readParameters } from './payload.ts';
import type { MethodCall, Platform } from './platform.ts';

/** What Telegram's front answers while what is behind it is away. */
const BAD_GATEWAY =
  '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx/1.18.0</center>\r\n</body>\r\n</html>\r\n';

interface Parts {
  token: string;
  platform: Platform;
  faults: Faults<Fault>;
  /** Called after each thing that a test may wait for. */
  changed: () => void;
}

interface Answer {
  status: number;
  body: object;
}

function refusal(status: number, description: string, parameters?: Record<string, number>): Answer {
  return { status, body: { ok: false, error_code: status, description, ...(parameters && { parameters }) } };
}

function write(response: ServerResponse, { status, body }: Answer): void {
  if (response.destroyed) return;
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

/** Does the call and gives what Telegram answers. Anything but a refusal is a bug of the stand-in and ends the test. */
export async function answer(platform: Platform, call: MethodCall): Promise<Answer> {
  const method = findMethod(call.method);
  if (!method) return refusal(404, 'Not Found: method not found');
  try {
    return { status: 200, body: { ok: true, result: await method(platform, call) } };
  } catch (error) {
    if (error instanceof ApiError) return refusal(error.status, error.message, error.parameters);
    throw error;
  }
}

/** A fault that is an answer by itself, given before anything is done. `false`: the call is to be done. */
function failEarly(fault: Fault | undefined, request: IncomingMessage, response: ServerResponse): boolean {
  if (failBefore(fault, request)) return true;
  if (fault === 'html502') {
    response.writeHead(502, { 'content-type': 'text/html' }).end(BAD_GATEWAY);
    return true;
  }
  if (typeof fault !== 'object' || 'slow' in fault) return false;
  const { status, retry_after, description } = fault;
  const words =
    description ??
    (retry_after === undefined ? 'Internal Server Error' : `Too Many Requests: retry after ${retry_after}`);
  write(response, refusal(status, words, retry_after === undefined ? undefined : { retry_after }));
  return true;
}

function sendFile(platform: Platform, path: string, response: ServerResponse): void {
  const file = platform.files.at(decodeURIComponent(path));
  if (!file) return write(response, refusal(404, 'Not Found'));
  response
    .writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': file.data.length })
    .end(file.data);
}

/** Serves `/bot<token>/<method>` and `/file/bot<token>/<path>`. */
export function createListener({ token, platform, faults, changed }: Parts): RequestListener {
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = '', query = ''] = (request.url ?? '').split('?');
    const [, isFile, given = '', rest = ''] = /^\/(file\/)?bot([^/]+)\/(.+)$/.exec(path) ?? [];
    const body = await readBody(request);
    if (!body) return;
    if (rest === '' || !given.includes(':')) return write(response, refusal(404, 'Not Found'));
    if (decodeURIComponent(given) !== token) return write(response, refusal(401, 'Unauthorized'));
    if (isFile !== undefined) return sendFile(platform, rest, response);
    await serveCall(rest, query, body, request, response);
  }

  async function serveCall(
    method: string,
    query: string,
    body: Buffer,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    let call: MethodCall;
    try {
      const onHangUp = (listener: () => void): void => void response.once('close', listener);
      call = { method, ...readParameters(request, query, body), onHangUp };
    } catch (error) {
      if (error instanceof ApiError) return write(response, refusal(error.status, error.message));
      throw error;
    }
    platform.records.calls.push({ method, payload: call.payload, at: platform.now() });
    const fault = faults.take(method);
    changed();
    if (failEarly(fault, request, response)) return;
    const done = await answer(platform, call);
    changed();
    const say = () => write(response, done);
    if (!failAfter(fault, request, response, say)) say();
  }

  return (request, response) => void serve(request, response);
}
