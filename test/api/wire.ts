/** HTTP as it is on the wire: headers that `fetch` does not let one set, and bytes that are no request at all. */
import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** What a problem says. */
export interface Problem {
  status: number;
  code: string;
  detail: string;
  requestId: string;
  errors?: { pointer: string; detail: string }[];
}

/** One request, as raw as the caller wants it. A body that is given as chunks has no `Content-Length`. */
export async function call(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: string | Buffer | Buffer[] } = {},
): Promise<Answer> {
  const { method = 'GET', headers = {}, body = '' } = options;
  const sent = request(url, { method, headers: { ...headers } });
  const answered = once(sent, 'response');
  if (Array.isArray(body)) body.forEach((chunk) => void sent.write(chunk));
  sent.end(Array.isArray(body) ? undefined : body);
  const [response] = (await answered) as [IncomingMessage];
  const chunks = (await response.toArray()) as Buffer[];
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() };
}

/** The problem in an answer. */
export function problemIn({ body }: Pick<Answer, 'body'>): Problem {
  return JSON.parse(body) as Problem;
}

/** Sends bytes and gives all that comes back until the other side ends the connection. */
export async function sendRaw(url: string, bytes: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(bytes);
  const chunks = (await socket.toArray()) as Buffer[];
  return Buffer.concat(chunks).toString();
}

/** The headers of HTTP's own way to send a pair. */
export function basic(apiKey: string, secret: string): { authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${apiKey}:${secret}`).toString('base64')}` };
}
