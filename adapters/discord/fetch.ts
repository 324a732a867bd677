/**
 * The `fetch` that discord.js's REST client calls.
 *
 * Its own one hands on before the body is there, so that a connection that is lost in the middle of an answer looks
 * like an error in reading JSON, and the deadline no longer counts. Here an answer is whole, or it is none.
 */
import { HTTPError } from 'discord.js';
import type { RESTOptions } from 'discord.js';

type MakeRequest = RESTOptions['makeRequest'];

/** Statuses whose answer has no body, and whose `Response` must not be given one. */
const WITHOUT_BODY = new Set([204, 205, 304]);

function parseObject(text: string): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Record<string, unknown>) : {};
  } catch {
    return {}; // A proxy's page. What it means is told by the status.
  }
}

/** The wait after a 429 that names none. */
const UNNAMED_WAIT_S = 60;

/**
 * What a 429 means, in the headers that the library reads. Discord tells its wait to the millisecond in the body, and
 * rounded up in a header, and whose limit it is. One without comes from the front before it, which refuses all that an
 * address asks that has made too many wrong calls
 * (https://docs.discord.com/developers/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans).
 */
function noteWait(headers: Headers, { retry_after: wait, global }: Record<string, unknown>): void {
  const isNamed = typeof wait === 'number';
  const isDiscords = isNamed || headers.has('x-ratelimit-scope');
  if (isNamed) headers.set('retry-after', String(wait));
  else if (!(Number(headers.get('retry-after')) > 0)) headers.set('retry-after', String(UNNAMED_WAIT_S));
  if (global === true || !isDiscords) headers.set('x-ratelimit-global', 'true');
}

/** A refusal in the form that the library reads, whatever was in its body. */
async function readRefusal(response: Response): Promise<Response> {
  // A refusal whose body is lost is a refusal all the same.
  const body = parseObject(await response.text().catch(() => ''));
  const headers = new Headers(response.headers);
  headers.set('content-type', 'application/json');
  if (response.status === 429) noteWait(headers, body);
  return new Response(JSON.stringify(body), { status: response.status, statusText: response.statusText, headers });
}

async function readAnswer(response: Response): Promise<Response> {
  if (WITHOUT_BODY.has(response.status)) return response;
  if (!response.ok) return readRefusal(response);
  const { status, headers } = response;
  return new Response(await response.arrayBuffer(), { status, headers });
}

/**
 * Calls Discord, and gives the answer when all of it has come. Rejects where it stays open what Discord did. Redirects
 * are not followed, because they would take the token to somebody else: they are thrown as what they are.
 */
export const fetchAnswer: MakeRequest = async (url, { method, headers, body, signal }) => {
  const request = { redirect: 'manual', method, headers, body, signal } as RequestInit;
  const response = await fetch(url, request);
  const { status, statusText } = response;
  if (status >= 300 && status < 400) throw new HTTPError(status, statusText, String(method), url, {});
  return readAnswer(response);
};
