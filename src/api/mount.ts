/** Puts routes before Express: who calls, what was sent, what is answered. */
import { type Request, type Response, Router } from 'express';
import { BridgeError } from '../errors.ts';
import { derivedId } from '../id.ts';
import { readBody } from './body.ts';
import { GUEST } from './caller.ts';
import { createCallers } from './callers.ts';
import type { ApiDeps } from './deps.ts';
import { createOnce, newOrigin, type Origin, type Outcome } from './idempotency.ts';
import { parse, readQuery } from './read.ts';
import type { Call, Reply, Route } from './route.ts';

type MountDeps = Pick<ApiDeps, 'store' | 'identities' | 'config' | 'limits' | 'log' | 'closing'>;

/** Makes the router. A known path with another method gets 405. */
export function mountRoutes(routes: readonly Route[], deps: MountDeps): Router {
  const router = Router({ caseSensitive: true });
  const answer = createAnswer(deps);
  for (const [path, own] of Map.groupBy(routes, (one) => one.path)) {
    const pattern = path.replaceAll(/\{(\w+)\}/g, ':$1');
    for (const one of own) {
      router[one.method](pattern, async (request, response) => answer(one, request, response));
    }
    const allowed = own.flatMap(({ method }) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]));
    router.all(pattern, (request, response) => refuseMethod(request, response, allowed));
  }
  return router;
}

/** Makes the function that takes a request through its route. */
function createAnswer(deps: MountDeps) {
  const whoCalls = createCallers(deps);
  const once = createOnce(deps);
  return async (one: Route, request: Request, response: Response): Promise<void> => {
    const caller = one.access === 'open' ? GUEST : await whoCalls(request, response, one.access);
    requireAcceptable(one, request);
    const hungUp = new AbortController();
    response.once('close', () => hungUp.abort());
    const sent = {
      caller,
      params: request.params as Record<string, string>,
      query: readQuery(one, request),
      body: one.body ? parse(one.body, readBody(request, one.bodyIs)) : undefined,
      signal: AbortSignal.any([hungUp.signal, deps.closing]),
      request,
      response,
    };
    const work = (origin: Origin) => carryOut(one, sent, origin);
    const reply = one.creates ? await once(request, caller, work) : (await work(newOrigin())).reply;
    if (reply) send(response, reply);
  };
}

/** Lets the route do it, under ids that follow from the origin. */
async function carryOut(
  one: Route,
  sent: Omit<Call, 'key' | 'newId' | 'remember'>,
  { key, startedAt }: Origin,
): Promise<Outcome> {
  let remembered: Reply | undefined;
  const reply = await one.handle({
    ...sent,
    key,
    newId: (prefix, n = 0) => derivedId(prefix, startedAt, `${key}:${n}`),
    remember: (told) => (remembered = told),
  });
  return { reply, remembered: reply ?? remembered };
}

/** Throws 406 when the caller takes nothing of what the route gives. Problems are given to everybody. */
function requireAcceptable({ answers }: Route, request: Request): void {
  const good = Object.entries(answers).filter(([status]) => status.startsWith('2'));
  const types = good.flatMap(([, { schema, contentType, otherTypes = [] }]) => [
    ...(schema || contentType ? [contentType ?? 'application/json'] : []),
    ...otherTypes,
  ]);
  if (types.length === 0 || request.accepts(types) !== false) return;
  throw new BridgeError('not_acceptable', `This is given as ${types.join(' or ')}.`, { status: 406 });
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
