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

/**
 * A refusal in the form that the library reads, whatever was in its body. A 429 tells its wait to the millisecond in
 * the body and rounded up in the header, of which the library reads only the latter.
 */
async function readRefusal(response: Response): Promise<Response> {
  // A refusal whose body is lost is a refusal all the same.
  const body = parseObject(await response.text().catch(() => ''));
  const headers = new Headers(response.headers);
  headers.set('content-type', 'application/json');
  if (response.status === 429 && typeof body['retry_after'] === 'number')
    headers.set('retry-after', String(body['retry_after']));
  if (response.status === 429 && body['global'] === true) headers.set('x-ratelimit-global', 'true');
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
