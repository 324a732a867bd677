/** Server-sent events to one reader: what is written, how much may wait for a slow one, and how it ends. */
import { once } from 'node:events';
import type { Response } from 'express';

/** One event. `id`: where the reader goes on after a break. `isDroppable`: a slow reader may do without it. */
export interface ServerEvent {
  event: string;
  data: unknown;
  id?: string;
  isDroppable?: boolean;
}

export interface EventStreamOptions {
  /** Ends the stream: the reader hung up, or we shut down. */
  signal: AbortSignal;
  /** How often a silent stream says that it is alive. */
  heartbeatMs?: number;
  /** What it says then; a comment, which no reader sees, where nothing else is given. */
  heartbeat?: string;
  /** The id at which a reader goes on that lost us before the first event. */
  startId?: string;
}

export interface EventStream {
  /** Sends it; nothing once the stream has ended. */
  send(event: ServerEvent): void;
  /** Resolves when the reader is ready for more, or the stream has ended: for those who send much at once. */
  ready(): Promise<void>;
  /** Ends it, with a word on when to come back. */
  close(): void;
  /** Aborted when it has ended, whoever ended it. */
  ended: AbortSignal;
}

const HEARTBEAT_MS = 15_000;
const RETRY = 'retry: 1000\n';
/** More than this waiting: events that can be done without are left out. */
const DROP_BYTES = 64 * 1024;
/** More than this waiting: the reader is too slow, and reads on from its last id when it comes back. */
const END_BYTES = 256 * 1024;
/** How long a reader may take to fetch what waits once the stream has ended. */
const LAST_WORDS_MS = 5_000;

const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store, no-transform',
  // Asks a proxy in between not to collect the events.
  'X-Accel-Buffering': 'no',
};

/**
 * Begins a stream. It ends when `signal` is aborted, or when more than 256 KiB wait for a reader: memory is bounded
 * however slow they are. Never throws for a reader that is gone.
 */
export function openEventStream(response: Response, options: EventStreamOptions): EventStream {
  const { signal, heartbeatMs = HEARTBEAT_MS, heartbeat = ': alive\n\n', startId } = options;
  const ended = new AbortController();
  const beat = setInterval(() => write(heartbeat), heartbeatMs);

  const close = () => {
    if (ended.signal.aborted) return;
    ended.abort();
    clearInterval(beat);
    signal.removeEventListener('abort', close);
    response.end(`${RETRY}\n`);
    const impatience = setTimeout(() => response.destroy(), LAST_WORDS_MS);
    response.once('close', () => clearTimeout(impatience));
  };
  const write = (text: string) => {
    if (ended.signal.aborted) return;
    if (response.writableLength > END_BYTES) close();
    else response.write(text);
  };

  response.once('close', close);
  signal.addEventListener('abort', close);
  response.writeHead(200, HEADERS);
  response.write(startId === undefined ? `${RETRY}\n` : `${RETRY}id: ${startId}\n\n`);
  if (signal.aborted) close();
  return {
    close,
    ended: ended.signal,
    send(event) {
      const isTooMuch = event.isDroppable === true && response.writableLength > DROP_BYTES;
      if (!isTooMuch) write(toText(event));
    },
    async ready() {
      if (!response.writableNeedDrain || ended.signal.aborted) return;
      await once(response, 'drain', { signal: ended.signal }).catch(() => undefined); // it has ended: nothing follows
    },
  };
}

function toText({ event, data, id }: ServerEvent): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
