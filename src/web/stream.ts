/** The live view of the chat page: one server-sent event for each event of the source, for as long as the page listens. */
import type { Response } from 'express';
import { openEventStream } from '../api/sse.ts';
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
}

/** An event and not a comment, so that the page can tell a silent conversation from a dead connection. */
const BEAT = 'event: beat\ndata: {}\n\n';

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

  // What happens before `ready` is in the history that the page reads then.
  let send: ((event: ChatEvent) => void) | undefined;
  await options.source.follow(visitor, (event) => send?.(event), signal);
  if (signal.aborted) return void response.end();
  const stream = openEventStream(response, { signal, heartbeatMs: options.beatMs, heartbeat: BEAT });
  stream.ended.addEventListener('abort', () => gone.abort());
  stream.send({ event: 'ready', data: {} });
  send = (event) => stream.send({ event: 'chat', data: event });
}
