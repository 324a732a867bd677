/** The HTTP server: every route, behind one gate, in front of one error handler. */
import type { Server } from 'node:http';
import express, { type Request, type Response, type Router } from 'express';
import helmet from 'helmet';
import type { Visitor } from '../channel.ts';
import type { ApiDeps } from './deps.ts';
import { createGate } from './gate.ts';
import { mountRoutes } from './mount.ts';
import { createPlainServer } from './plain.ts';
import { createProblemHandler, notFound, requestId } from './problem.ts';
import { type ApiDocument, describeApi } from './reference/document.ts';
import { PAGES_AND_WEBHOOKS } from './reference/pages.ts';
import { aboutThis, serveDocument } from './reference/serve.ts';
import type { Route } from './route.ts';
import { createWebhooks } from './webhooks.ts';

const BODY_LIMIT = '1mb';
/** Platforms repeat what is refused: their events may be larger than any text that we take. */
const WEBHOOK_BODY_LIMIT = '8mb';

/** What the server itself needs; routes and pages bring what is theirs. */
type ServerDeps = Pick<
  ApiDeps,
  'config' | 'store' | 'identities' | 'limits' | 'log' | 'channels' | 'ingest' | 'closing'
>;

/** Makes the server. It does not listen yet. `pagesOf` makes what is served behind the same gate as `routes`. */
export function createApiServer(
  deps: ServerDeps,
  visitorOf: (request: Request, response: Response) => Visitor | undefined,
  routes: readonly Route[],
  pagesOf: (document: ApiDocument) => Router[],
): Server {
  const document = describeApi([...routes, ...PAGES_AND_WEBHOOKS], aboutThis(deps.config));
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.use((_request, response, next) => {
    response.set('X-Request-Id', requestId(response));
    next();
  });
  app.use(helmet({ contentSecurityPolicy: false, strictTransportSecurity: false }));
  app.use(createGate(deps.config));
  app.use('/webhooks', express.raw({ type: () => true, limit: WEBHOOK_BODY_LIMIT }));
  app.use(express.raw({ type: () => true, limit: BODY_LIMIT }));
  app.use(mountRoutes(routes, deps), createWebhooks(deps, visitorOf), serveDocument(document), ...pagesOf(document));
  app.use(notFound);
  app.use(createProblemHandler(deps.log));
  return createPlainServer(app);
}
