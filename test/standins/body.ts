/** Reading what a client sends to a stand-in. */
import type { IncomingMessage } from 'node:http';

/** The whole body; `undefined` when the client hung up before its end. */
export function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const { promise, resolve } = Promise.withResolvers<Buffer | undefined>();
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => resolve(Buffer.concat(chunks)));
  // A connection that is lost is the client's affair, and `close` follows every `error`.
  request.on('error', () => resolve(undefined));
  request.on('close', () => resolve(undefined));
  return promise;
}
