/** One answer on its way out: whole or as a stream, held by gates, ended early by faults. */
import type { ServerResponse } from 'node:http';
import type { Asked, Dialect, Finish, Whole } from './dialects/dialect.ts';
import { explain, type ModelFault } from './faults.ts';
import type { Gates } from './gates.ts';

/** What is to be said and how it goes wrong. */
export interface Plan {
  text: string;
  deltaMs: number;
  chunk: number;
  finish: Finish;
  fault: ModelFault | undefined;
}

/** Where an answer goes. */
export interface Exit {
  response: ServerResponse;
  dialect: Dialect;
  asked: Asked;
  gates: Gates;
  /** Resolves when the connection has ended. */
  closed: Promise<void>;
  /** Breaks the connection off from our side. */
  cut: () => void;
}

/** About what a tokenizer counts. */
function tokens(text: string): number {
  return Math.max(1, Math.ceil(text.length / 4));
}

function wholeOf({ text, finish }: Plan, asked: Asked): Whole {
  const input = tokens(asked.messages.map(({ content }) => content).join(' '));
  return { text, finish, usage: { input, output: tokens(text) } };
}

/** Pieces of so many characters; none is cut in two. */
function* pieces(text: string, size: number): Generator<string> {
  const characters = Array.from(text);
  for (let at = 0; at < characters.length; at += size) yield characters.slice(at, at + size).join('');
}

function pause(ms: number, closed: Promise<void>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  void closed.then(() => (clearTimeout(timer), resolve()));
  return promise;
}

/** Ends the answer where a fault says so; `true` when it did. */
function endsHere(fault: ModelFault | undefined, said: number, { response, dialect, cut }: Exit): boolean {
  if (typeof fault !== 'object') return false;
  if ('cutAfter' in fault && fault.cutAfter === said) {
    // What was written goes out first: a model that breaks off has been heard up to there.
    response.write(': cut\n\n', cut);
    return true;
  }
  if ('errorAfter' in fault && fault.errorAfter === said) {
    const { status = 500, code } = fault;
    response.end(dialect.failing({ status, ...explain(status, code) }));
    return true;
  }
  return false;
}

/** Streams the answer, delta by delta. */
export async function stream(plan: Plan, exit: Exit): Promise<void> {
  const { response, dialect, asked, gates, closed } = exit;
  await gates.pass(0, closed);
  if (response.destroyed) return;
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  response.write(dialect.open(asked));
  let said = 0;
  for (const piece of pieces(plan.text, plan.chunk)) {
    if (endsHere(plan.fault, said, exit)) return;
    if (said > 0 && plan.deltaMs > 0) await pause(plan.deltaMs, closed);
    if (said > 0) await gates.pass(said, closed);
    if (response.destroyed) return;
    response.write(dialect.delta(piece, asked));
    said++;
  }
  if (endsHere(plan.fault, said, exit)) return;
  response.end(plan.fault === 'endWithoutFinish' ? undefined : dialect.close(wholeOf(plan, asked), asked));
}

/** Says the answer as one JSON object. */
export async function sayWhole(plan: Plan, exit: Exit): Promise<void> {
  const { response, dialect, asked, gates, closed, cut } = exit;
  await gates.pass(0, closed);
  if (plan.deltaMs > 0) await pause(plan.deltaMs, closed);
  if (response.destroyed) return;
  const body = JSON.stringify(dialect.whole(wholeOf(plan, asked), asked));
  response.writeHead(200, { 'content-type': 'application/json' });
  const isCut = plan.fault === 'endWithoutFinish' || (typeof plan.fault === 'object' && 'cutAfter' in plan.fault);
  if (isCut) response.write(body.slice(0, body.length / 2), cut);
  else response.end(body);
}
