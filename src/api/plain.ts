/** The HTTP server below Express: odd requests that are right all the same, and those that cannot be read at all. */
import { randomUUID } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { Socket } from 'node:net';
import { BridgeError } from '../errors.ts';
import { problemOf } from './problem.ts';

/** How long somebody may take to send a request, so that nobody holds connections by sending slowly. */
const PATIENCE = { headersTimeout: 15_000, requestTimeout: 120_000, connectionsCheckingInterval: 5_000 };

/** Makes the server. What it cannot read it answers with a problem, after all that it could read before. */
export function createPlainServer(listener: RequestListener, patience = PATIENCE): Server {
  const answering = new WeakMap<Socket, Set<ServerResponse>>();
  const server = createServer(patience, (request, response) => {
    const own = answering.get(request.socket) ?? new Set();
    answering.set(request.socket, own.add(response));
    response.once('close', () => own.delete(response));
    toOriginForm(request);
    listener(request, response);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    // A request that is not all there will never be.
    const last = [...(answering.get(socket) ?? [])].findLast(({ req }) => req.complete);
    if (last) endAfter(last, socket);
    else refuse(error, socket);
  });
  return server;
}

/**
 * `POST http://HOST/PATH` is `POST /PATH` to that host, whatever the header says
 * (https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2).
 */
function toOriginForm(request: IncomingMessage): void {
  const { url = '' } = request;
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) return;
  const { host, pathname, search } = new URL(url);
  request.headers.host = host;
  request.url = pathname + search;
}

/** Something unreadable follows a request that is being answered: the answer is given first, then it is over. */
function endAfter(response: ServerResponse, socket: Socket): void {
  if (response.headersSent) response.once('finish', () => socket.end());
  else response.setHeader('Connection', 'close');
}

const STATUS_OF: Partial<Record<string, number>> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };

/** Answers what is no request. */
function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const status = STATUS_OF[error.code ?? ''] ?? 400;
  const problem = problemOf(
    new BridgeError('request_unreadable', 'This is no HTTP request that can be read.', { status }),
  );
  const body = JSON.stringify({ ...problem, requestId: randomUUID() });
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      'Connection: close',
      'Content-Type: application/problem+json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
    () => socket.destroy(),
  );
}
