/** A reader of server-sent events, as the standard has it, whose connection can be cut. */
import { once } from 'node:events';
import { type ClientRequest, get, type IncomingMessage } from 'node:http';
import type { TestContext } from 'node:test';
import { createWatch } from '#test/standins/watch.ts';

/** One event as a reader gets it. */
export interface ReadEvent {
  event: string;
  data: unknown;
  id?: string;
}

export interface EventReader {
  status: number;
  headers: IncomingMessage['headers'];
  /** What came so far. */
  events: readonly ReadEvent[];
  /** The blocks as they were written, comments included. */
  blocks: readonly string[];
  /** Where this reader would go on. */
  lastEventId: () => string;
  /** Resolves with the first event that fits, also an earlier one. */
  waitFor(fits: (event: ReadEvent) => boolean, deadlineMs?: number): Promise<ReadEvent>;
  /** Resolves when the other side has ended the stream. */
  ended: Promise<unknown>;
  /** Reads no more, and keeps the connection. */
  pause(): void;
  /** Cuts the connection. */
  cut(): void;
}

/** Opens a stream; it is cut at the end of the test. */
export async function readEvents(
  t: TestContext,
  url: string,
  headers: Record<string, string> = {},
): Promise<EventReader> {
  const request: ClientRequest = get(url, { headers });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const [events, blocks]: [ReadEvent[], string[]] = [[], []];
  let lastEventId = '';
  let text = '';
  const watch = createWatch(() => blocks.slice(-5).join('\n'));
  const ended = new Promise((resolve) => response.once('close', resolve));
  request.on('error', () => undefined); // `close` follows
  response.on('error', () => undefined); // as above
  response.setEncoding('utf8').on('data', (chunk: string) => {
    const parts = (text + chunk).split('\n\n');
    text = parts.pop() ?? '';
    for (const block of parts) {
      blocks.push(block);
      const fields = new Map(block.split('\n').map((line) => [line.split(': ')[0], line.slice(line.indexOf(':') + 2)]));
      const id = fields.get('id');
      lastEventId = id ?? lastEventId;
      const data = fields.get('data');
      if (data === undefined) continue;
      events.push({
        event: fields.get('event') ?? 'message',
        data: JSON.parse(data),
        ...(id === undefined ? {} : { id }),
      });
    }
    watch.changed();
  });
  const cut = () => void request.destroy();
  t.after(() => {
    watch.end();
    cut();
  });
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    events,
    blocks,
    ended,
    cut,
    pause: () => void response.pause(),
    lastEventId: () => lastEventId,
    waitFor: (fits, deadlineMs) => watch.waitFor(events, (all) => all.find(fits), deadlineMs),
  };
}
