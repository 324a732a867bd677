/** Puts routes before Express: who calls, what was sent, what is answered. */
import { randomUUID } from 'node:crypto';
import { type Request, type Response, Router } from 'express';
import { BridgeError } from '../errors.ts';
import { derivedId } from '../id.ts';
import { callerOf, GUEST, requireAdmin } from './caller.ts';
import type { ApiDeps } from './deps.ts';
import { parse, readJson } from './read.ts';
import type { Call, Reply, Route } from './route.ts';

/** Makes the router. A known path with another method gets 405. */
export function mountRoutes(routes: readonly Route[], deps: ApiDeps): Router {
  const router = Router({ caseSensitive: true });
  for (const [path, own] of Map.groupBy(routes, (one) => one.path)) {
    const pattern = path.replaceAll(/\{(\w+)\}/g, ':$1');
    for (const one of own) {
      router[one.method](pattern, async (request, response) => answer(deps, one, request, response));
    }
    const allowed = own.flatMap(({ method }) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]));
    router.all(pattern, (request, response) => refuseMethod(request, response, allowed));
  }
  return router;
}

async function answer(deps: ApiDeps, one: Route, request: Request, response: Response): Promise<void> {
  const caller = one.access === 'open' ? GUEST : await callerOf(request, deps.store, deps.config.OPEN_API);
  if (one.access === 'admin') requireAdmin(caller);
  const hungUp = new AbortController();
  response.once('close', () => hungUp.abort());
  const key = randomUUID();
  const startedAt = new Date();
  const call: Call = {
    caller,
    params: request.params as Record<string, string>,
    query: one.query ? parse(one.query, request.query) : undefined,
    body: one.body ? parse(one.body, readJson(request)) : undefined,
    key,
    newId: (prefix, n = 0) => derivedId(prefix, startedAt, `${key}:${n}`),
    signal: AbortSignal.any([hungUp.signal, deps.closing]),
    request,
    response,
  };
  const reply = await one.handle(call);
  if (reply) send(response, reply);
}

function send(response: Response, { status, body, headers = {} }: Reply): void {
  response.status(status).set(headers);
  if (body === undefined) response.end();
  else response.json(body);
}

function refuseMethod(request: Request, response: Response, allowed: string[]): void {
  response.set('Allow', allowed.join(', '));
  if (request.method === 'OPTIONS') return void response.status(204).end();
  const message = `${request.path} knows ${allowed.join(', ')}, not ${request.method}.`;
  throw new BridgeError('method_not_allowed', message, { status: 405 });
}
