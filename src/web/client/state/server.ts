/** The calls of the page to its own server. */
import type { ChatHistory } from '../../entry.ts';

/** What became of a message that was sent: taken, refused for good, or not known to have arrived. */
export type Receipt =
  | { kind: 'accepted' }
  | { kind: 'refused'; reason: string }
  | { kind: 'unreachable'; retryAfterMs: number | undefined };

/** What we read of an `application/problem+json`. */
interface Problem {
  detail?: string;
  errors?: { detail: string }[];
}

const TIMEOUT_MS = 20_000;

/** 4xx answers that say nothing against the message itself. */
const PASSING = new Set([408, 425, 429]);

/** The newest part of the conversation, or what is older than the message with the place `before`. Rejects when there is no answer. */
export async function fetchHistory(before?: number): Promise<ChatHistory> {
  const query = before === undefined ? '' : `?before=${before}`;
  const response = await fetch(`/chat/history${query}`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw new Error(await problemOf(response));
  return (await response.json()) as ChatHistory;
}

/** Sends a message under an id of the page's own making; the same id again is harmless. Never rejects. */
export async function postMessage(id: string, text: string): Promise<Receipt> {
  try {
    const response = await fetch('/webhooks/web', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ id, text }),
      // Our server sends nobody elsewhere; a proxy's sign-in page at the other end would look like an acceptance.
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.ok) return { kind: 'accepted' };
    if (response.status >= 500 || PASSING.has(response.status)) {
      return { kind: 'unreachable', retryAfterMs: retryAfterMs(response) };
    }
    return { kind: 'refused', reason: await problemOf(response) };
  } catch {
    // Every way in which fetch fails means the same here: not known to have arrived.
    return { kind: 'unreachable', retryAfterMs: undefined };
  }
}

function retryAfterMs(response: Response): number | undefined {
  const seconds = Number(response.headers.get('Retry-After') ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds * 1000 : undefined;
}

/** What the server says was wrong, in words for a person. */
async function problemOf(response: Response): Promise<string> {
  const fallback = `The server answered ${response.status}.`;
  if (!response.headers.get('Content-Type')?.includes('json')) return fallback;
  // The status alone decides what becomes of the message, however broken the words about it are.
  const problem = await (response.json() as Promise<Problem | null>).catch(() => null);
  const details = problem?.errors?.map(({ detail }) => `It ${detail}.`).join(' ');
  return details || problem?.detail || fallback;
}
