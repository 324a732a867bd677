/** The live view of the chat page: one server-sent event for each event of the source, for as long as the page listens. */
import type { Response } from 'express';
import type { Visitor } from '../channel.ts';
import type { ChatEvent } from './entry.ts';
import type { ChatSource } from './source.ts';

/** What a stream needs besides the visitor. */
export interface StreamOptions {
  source: ChatSource;
  /** Ends every stream when aborted: the server is stopping. */
  closing: AbortSignal;
  /** How often a silent stream says that it is alive. */
  beatMs: number;
  /** A reader for which more bytes than this wait is cut off; it reads the history when it comes back. */
  backlogBytes: number;
}

const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store, no-transform',
  // Asks a proxy in between not to collect the events.
  'X-Accel-Buffering': 'no',
};

/**
 * Streams to `response` until the page goes, stops reading, or the server stops.
 *
 * First comes `ready`, once nothing can be missed any more: the page then reads the history. So no event needs an id
 * and no reconnect a memory of ours. Rejects when the source cannot be followed.
 */
export async function streamEvents(response: Response, visitor: Visitor, options: StreamOptions): Promise<void> {
  const gone = new AbortController();
  const signal = AbortSignal.any([gone.signal, options.closing]);
  response.once('close', () => gone.abort());

  const write = (name: string, data: object) => {
    if (signal.aborted) return;
    response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
    if (response.writableLength > options.backlogBytes) response.destroy();
  };

  // What happens before `ready` is in the history that the page reads then.
  let isReady = false;
  await options.source.follow(visitor, (event: ChatEvent) => isReady && write('chat', event), signal);
  if (signal.aborted) return void response.end();
  isReady = true;
  response.writeHead(200, HEADERS);
  response.write('retry: 1000\n\n');
  write('ready', {});
  // An event and not a comment, so that the page can tell a silent conversation from a dead connection.
  const beat = setInterval(() => write('beat', {}), options.beatMs);
  signal.addEventListener('abort', () => {
    clearInterval(beat);
    response.end();
  });
}
