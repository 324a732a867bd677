/**
 * The `fetch` that the library calls. The library takes any text with status 200 for an answer of Slack's, and does
 * not tell a call that never began from one that broke off: both decide whether a send arrived, so all that is no yes
 * is looked at here, and the library never sees it.
 */
import type { Refusal } from './errors.ts';
import { notBegun, refused, refusedByStatus, unanswered } from './errors.ts';

/** The name of the method at the end of its address. */
function methodOf(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}

/** What Slack answered; `undefined` when that is no answer of the Web API. */
function parseAnswer(text: string): ({ ok: boolean } & Refusal) | undefined {
  try {
    const body: unknown = JSON.parse(text);
    const isAnswer = typeof body === 'object' && body !== null && 'ok' in body && typeof body.ok === 'boolean';
    return isAnswer ? (body as { ok: boolean }) : undefined;
  } catch {
    return undefined; // The caller says what an unreadable answer means.
  }
}

/**
 * Calls the Web API and gives its answer when that is a yes. Throws a `ChannelError` for everything else. Redirects
 * are not followed: they would take the token to somebody else.
 */
export async function fetchAnswer(url: string, init: RequestInit, signal: AbortSignal): Promise<Response> {
  const method = methodOf(url);
  if (signal.aborted) throw notBegun(method);
  const unknown = (error: unknown) => {
    throw unanswered(method, error);
  };
  const response = await fetch(url, { ...init, redirect: 'manual', signal }).catch(unknown);
  const retryAfter = response.headers.get('retry-after');
  if (response.status !== 200) {
    await response.text().catch(() => undefined); // The status has said it all; this frees the connection.
    throw refusedByStatus(method, response.status, retryAfter);
  }
  const text = await response.text().catch(unknown);
  const answer = parseAnswer(text) ?? unknown(new Error('The answer cannot be read.'));
  if (!answer.ok) throw refused(method, answer, retryAfter);
  return new Response(text, { headers: response.headers });
}
