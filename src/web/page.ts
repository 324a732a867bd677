/** The chat page over HTTP: its document, its files, its history and its live stream. Sending is `POST /webhooks/web`. */
import { Router } from 'express';
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Visitor } from '../channel.ts';
import { BridgeError, InvalidError, NotFoundError } from '../errors.ts';
import { loadAssets, sendAsset } from './assets.ts';
import type { Assets } from './assets.ts';
import { chatDocument } from './document.ts';
import { streamEvents } from './stream.ts';
import type { HistoryOptions, ChatSource } from './source.ts';

/** What the page is made from. */
export interface ChatPageDeps {
  source: ChatSource;
  /** Who is at the page; `undefined`: this caller may not use it. May set a guest's cookie on the response. */
  visitorOf: (request: Request, response: Response) => Visitor | undefined;
  agentName: string;
  /** Aborted when the server stops: ends the streams, which would otherwise hold it open. */
  closing: AbortSignal;
  /** How often a silent stream says that it is alive. */
  beatMs?: number;
}

const BEAT_MS = 15_000;

const historyQuery = z.object({
  before: z.coerce.number().int().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** What every answer to a browser says of how it may be used. */
export const SAFETY_HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** The visitor; a caller who may not use the page is told what would let them in. */
function admit(deps: ChatPageDeps, request: Request, response: Response): Visitor {
  const visitor = deps.visitorOf(request, response);
  if (visitor) return visitor;
  throw new BridgeError(
    'web_access_denied',
    'This chat page answers only browsers on its own machine. Its operator can open it with WEB_ACCESS=open.',
    { status: 403 },
  );
}

function readHistoryQuery(query: unknown): HistoryOptions {
  const result = historyQuery.safeParse(query);
  if (result.success) {
    const { before, limit } = result.data;
    return before === undefined ? { limit } : { before, limit };
  }
  const problems = result.error.issues.map((issue) => ({ pointer: `/${issue.path.join('/')}`, detail: issue.message }));
  throw new InvalidError('The history cannot be read with this query.', problems);
}

/** Makes the routes below `/chat`. Errors go to the application's error handler. */
export function createChatPage(deps: ChatPageDeps): Router {
  const router = Router();
  let loading: Promise<Assets> | undefined;
  const assets = () => (loading ??= loadAssets());

  router.use('/chat', (_request, response, next) => {
    response.set(SAFETY_HEADERS);
    next();
  });

  router.get('/chat', async (request, response) => {
    admit(deps, request, response);
    const { html, policy } = chatDocument(await assets(), deps.agentName);
    response.set({ 'Content-Security-Policy': policy, 'Cache-Control': 'no-store' }).type('html').send(html);
  });

  router.get('/chat/assets/*path', async (request, response) => {
    const name = request.params.path.join('/');
    const asset = (await assets()).files.get(name);
    if (!asset) throw new NotFoundError(`The file "${name}"`);
    sendAsset(request, response, asset);
  });

  router.get('/chat/history', async (request, response) => {
    const visitor = admit(deps, request, response);
    const history = await deps.source.history(visitor, readHistoryQuery(request.query));
    response.set('Cache-Control', 'no-store').json(history);
  });

  // Without this, the answer to HEAD would be held open as a stream is.
  router.head('/chat/stream', (request, response) => {
    admit(deps, request, response);
    response.end();
  });

  router.get('/chat/stream', async (request, response) => {
    const visitor = admit(deps, request, response);
    const { source, closing, beatMs = BEAT_MS } = deps;
    await streamEvents(response, visitor, { source, closing, beatMs });
  });

  return router;
}
