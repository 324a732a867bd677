/**
 * The `fetch` that grammY calls. Its own one forgets the HTTP status of an answer that is not JSON, and that status
 * is what tells whether a send arrived.
 */

/** What the Bot API answers. */
interface Answer {
  ok: boolean;
  error_code?: number;
  description?: string;
  parameters?: object;
}

/** What grammY gives; its signal comes from a library and is none that the platform's `fetch` takes. */
interface Request {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  signal: Pick<AbortSignal, 'aborted' | 'addEventListener'>;
}

function nativeSignal(foreign: Request['signal']): AbortSignal {
  if (foreign.aborted) return AbortSignal.abort();
  const controller = new AbortController();
  foreign.addEventListener('abort', () => controller.abort(), { once: true });
  return controller.signal;
}

function parseAnswer(text: string): Answer | undefined {
  try {
    const body: unknown = JSON.parse(text);
    const isAnswer = typeof body === 'object' && body !== null && 'ok' in body && typeof body.ok === 'boolean';
    return isAnswer ? (body as Answer) : undefined;
  } catch {
    return undefined; // The caller says what an unreadable answer means.
  }
}

/** What an HTTP status alone says, when the body is not the Bot API's: a proxy's page, or cut off. */
function answerOf(response: Response): Answer {
  const wait = Number(response.headers.get('retry-after') ?? Number.NaN);
  return {
    ok: false,
    error_code: response.status,
    description: 'an answer that is not of the Bot API',
    ...(wait > 0 && { parameters: { retry_after: wait } }),
  };
}

async function readAnswer(response: Response): Promise<Answer> {
  // A failure to read the body of a refusal is told by its status; that of a success leaves open what happened.
  const text = await response.text().catch((error: unknown) => {
    if (response.ok) throw error;
    return '';
  });
  const answer = parseAnswer(text);
  if (answer?.ok === false) return { description: 'no reason given', error_code: response.status, ...answer };
  if (answer) return answer;
  if (response.ok) throw new Error('The answer cannot be read.');
  return answerOf(response);
}

/**
 * Calls the Bot API. `json()` gives an answer in the Bot API's form whatever came back, and rejects only where it
 * stays open what the platform did. Redirects are not followed: they would take the token to somebody else.
 */
export async function fetchAnswer(url: string | URL, request: Request): Promise<{ json(): Promise<Answer> }> {
  const { method, headers, body } = request;
  const response = await fetch(url, {
    redirect: 'manual',
    signal: nativeSignal(request.signal),
    ...(method !== undefined && { method }),
    ...(headers && { headers }),
    ...(body !== undefined && { body }),
  });
  return { json: () => readAnswer(response) };
}
