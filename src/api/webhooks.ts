/** `POST /webhooks/{channel}`: what platforms, and our own page, tell us. Answered once it is stored. */
import { type Request, type Response, Router } from 'express';
import type { Visitor } from '../channel.ts';
import { BridgeError, NotFoundError } from '../errors.ts';
import { isPaused } from '../store/channels.ts';
import type { ApiDeps } from './deps.ts';

const AWAY = { status: 503 };

/** Makes the route. `visitorOf` says who is at our page, if anybody. */
export function createWebhooks(
  { channels, ingest, store }: Pick<ApiDeps, 'channels' | 'ingest' | 'store'>,
  visitorOf: (request: Request, response: Response) => Visitor | undefined,
): Router {
  const router = Router();
  router.post('/webhooks/:channel', async (request, response) => {
    const channel = channels.get(request.params.channel);
    if (!channel?.receive) throw new NotFoundError(`A webhook of ${request.params.channel}`);
    // Nobody is told "got it" of what is not taken: the platform, or the page, brings it again.
    if (await isPaused(store, channel)) throw new BridgeError('channel_paused', `${channel.name} is paused.`, AWAY);
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
