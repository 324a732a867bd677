/**
 * Every answer of a product that a test fetches is held against the product's own `/openapi.json`: the status, the
 * content type, and the body with every field in it. Nobody has to ask for it: the process's own HTTP client is listened
 * to, so whatever goes through `fetch` is seen.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { oas31 } from 'zod-openapi';
import { type Call, createJudge, type Judge } from './judge.ts';

/** What the client tells of a request, and of the answer to it. */
interface Told {
  request: { origin: string; path: string; method: string };
  response?: { statusCode: number; headers: Buffer[] };
  chunk?: Buffer;
}

/** The products that run or ran, by their address. */
const judges = new Map<string, Judge>();
const calls = new WeakMap<Told['request'], Call & { chunks: Buffer[] }>();
const complaints: string[] = [];

on('headers', ({ request, response }) => {
  if (!response || !judges.has(request.origin)) return;
  calls.set(request, {
    method: request.method,
    path: request.path,
    status: response.statusCode,
    type: headerOf(response.headers, 'content-type'),
    allow: headerOf(response.headers, 'allow'),
    body: '',
    chunks: [],
  });
});
on('bodyChunkReceived', ({ request, chunk }) => chunk && calls.get(request)?.chunks.push(Buffer.from(chunk)));
on('trailers', ({ request }) => {
  const call = calls.get(request);
  if (!call) return;
  const complaint = judges.get(request.origin)?.({ ...call, body: Buffer.concat(call.chunks).toString() });
  if (complaint) complaints.push(complaint);
});

function on(event: string, listener: (told: Told) => void): void {
  subscribe(`undici:request:${event}`, (told) => listener(told as Told));
}

/** Names and values alternate. */
function headerOf(headers: readonly Buffer[], name: string): string {
  const at = headers.findIndex((text, index) => index % 2 === 0 && text.toString().toLowerCase() === name);
  return headers[at + 1]?.toString() ?? '';
}

/** Begins with a product's answers. */
export async function watchAnswers(url: string): Promise<void> {
  const response = await fetch(`${url}/openapi.json`);
  judges.set(url, createJudge((await response.json()) as oas31.OpenAPIObject));
}

/** Throws when an answer so far was not as the document says. Each is told of once. */
export function checkAnswers(): void {
  const found = complaints.splice(0);
  if (found.length > 0) throw new Error(`Not as /openapi.json has it:\n${[...new Set(found)].join('\n')}`);
}
