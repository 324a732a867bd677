/** `POST /webhooks/{channel}`: what platforms, and our own page, tell us. Answered once it is stored. */
import { type Request, type Response, Router } from 'express';
import type { Visitor } from '../channel.ts';
import { NotFoundError } from '../errors.ts';
import type { ApiDeps } from './deps.ts';

/** Makes the route. `visitorOf` says who is at our page, if anybody. */
export function createWebhooks(
  { channels, ingest }: Pick<ApiDeps, 'channels' | 'ingest'>,
  visitorOf: (request: Request, response: Response) => Visitor | undefined,
): Router {
  const router = Router();
  router.post('/webhooks/:channel', async (request, response) => {
    const channel = channels.get(request.params.channel);
    if (!channel?.receive) throw new NotFoundError(`A webhook of ${request.params.channel}`);
    const visitor = visitorOf(request, response);
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const result = await channel.receive({ headers: request.headers, body, ...(visitor ? { visitor } : {}) }, (batch) =>
      ingest(channel.name, batch),
    );
    if (result.body === undefined) response.status(result.status).end();
    else response.status(result.status).json(result.body);
  });
  return router;
}
