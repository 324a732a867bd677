/** stand-in until the merge */
import type { Response } from 'express';

export function openEventStream(response: Response, { signal }: { signal: AbortSignal; heartbeatMs?: number }) {
  response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store' });
  response.flushHeaders();
  return {
    send({ event, data, id }: { event: string; data: object; id?: string }): void {
      if (!signal.aborted)
        response.write(`${id ? `id: ${id}\n` : ''}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    close: () => void response.end(),
  };
}
