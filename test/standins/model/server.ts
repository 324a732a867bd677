/** The wire of the model stand-in: which question came, in which format, and what becomes of it. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { readBody } from '../body.ts';
import { sayWhole, stream, type Exit, type Plan } from './answer.ts';
import type { Asked, Body, Dialect } from './dialects/dialect.ts';
import { dialectOf } from './dialects/index.ts';
import { explain, type ModelFault } from './faults.ts';
import type { Gates } from './gates.ts';
import type { ModelReply, ModelRequest } from './standin.ts';

/** Characters of a delta when the test does not care. */
const CHUNK = 16;

/** What the wire needs of the stand-in. */
export interface Inside {
  gates: Gates;
  models(): string[];
  reply(request: ModelRequest): ModelReply | Promise<ModelReply>;
  takeFault(): ModelFault | undefined;
  onQuestion(request: ModelRequest): void;
  /** The question is over; `wasHungUp`: because the client left. */
  onEnd(wasHungUp: boolean): void;
  onList(): void;
}

function sendJson(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** A fault that replaces the answer. `false`: there is an answer to give. */
function failEarly(fault: ModelFault | undefined, { response, dialect, asked, cut }: Exit): boolean {
  if (fault === 'hang') return true;
  if (fault === 'reset') {
    cut();
    return true;
  }
  if (fault === 'garbage') {
    response.writeHead(200, { 'content-type': asked.isStream ? 'text/event-stream' : 'application/json' });
    response.end(asked.isStream ? 'data: <html>not what you asked for\n\n' : '<html>not what you asked for');
    return true;
  }
  if (typeof fault !== 'object' || !('status' in fault) || 'errorAfter' in fault) return false;
  const { status, code, body, retryAfter } = fault;
  const headers = retryAfter === undefined ? undefined : { 'retry-after': String(retryAfter) };
  sendJson(response, status, body ?? dialect.failure({ status, ...explain(status, code) }), headers);
  return true;
}

/** The answer with what the fault makes of it. */
function planOf(reply: ModelReply, fault: ModelFault | undefined): Plan {
  const said = typeof reply === 'string' ? { text: reply } : reply;
  const plan: Plan = { deltaMs: 0, chunk: CHUNK, finish: 'stop', fault, ...said };
  if (fault === 'empty') return { ...plan, text: '' };
  if (typeof fault === 'object' && 'finish' in fault) return { ...plan, ...fault };
  return plan;
}

/** Serves the questions and the list of models. */
export function createListener(inside: Inside): RequestListener {
  async function answer(request: ModelRequest, exit: Exit): Promise<void> {
    const fault = inside.takeFault();
    inside.onQuestion(request);
    if (failEarly(fault, exit)) return;
    const plan = planOf(await inside.reply(request), fault);
    await (exit.asked.isStream ? stream(plan, exit) : sayWhole(plan, exit));
  }

  /** Watches the connection, so that an answer nobody waits for is given up and counted. */
  function exitOf(response: ServerResponse, dialect: Dialect, asked: Asked): Exit {
    const { promise, resolve } = Promise.withResolvers<void>();
    let wasOurs = false;
    const cut = (): void => {
      wasOurs = true;
      response.socket?.resetAndDestroy();
    };
    response.once('close', () => {
      inside.onEnd(!response.writableEnded && !wasOurs);
      resolve();
    });
    return { response, dialect, asked, gates: inside.gates, closed: promise, cut };
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const raw = await readBody(request);
    if (!raw) return;
    if (request.method === 'GET' && path.endsWith('/models')) {
      inside.onList();
      const data = inside.models().map((id) => ({ id, object: 'model', created: 0, owned_by: 'standin' }));
      return sendJson(response, 200, { object: 'list', data });
    }
    const dialect = request.method === 'POST' ? dialectOf(path) : undefined;
    if (!dialect)
      return sendJson(response, 404, { error: { message: `Unknown request URL: ${path}`, code: 'unknown_url' } });
    const body = JSON.parse(raw.toString('utf8')) as Body;
    const asked = dialect.read(body, path);
    const { model, messages } = asked;
    await answer(
      { path, body, headers: request.headers, at: Date.now(), model, messages },
      exitOf(response, dialect, asked),
    );
  }

  return (request, response) => void serve(request, response);
}
