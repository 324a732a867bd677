/** Updates pushed to the bot's own address: in order per chat, tried again for as long as they are not taken. */
import type { Update } from 'grammy/types';
import type { UpdateQueue } from './queue.ts';

/** Where and how the bot wants its updates. */
export interface WebhookSettings {
  url: string;
  secret: string | undefined;
  maxConnections: number;
}

/** What became of the last tries. */
export interface WebhookState {
  settings: WebhookSettings | undefined;
  lastErrorAt: number | undefined;
  lastError: string | undefined;
}

/** The pushing side of the platform. */
export interface Webhook {
  readonly state: WebhookState;
  set(settings: WebhookSettings | undefined): void;
  /** Begins what can be begun. */
  wake(): void;
}

/** Methods that are not done when they come as the answer to a push. */
const NOT_AS_ANSWER = /^(?:get|setWebhook$|deleteWebhook$|close$|logOut$)/i;

const LONGEST_RETRY_AFTER_S = 3600;

/** Telegram waits at most this many first waits between two tries. */
const LONGEST_FACTOR = 60;

interface Parts {
  queue: UpdateQueue;
  /** The wait after the second failure; it doubles from there. The first failure is tried again at once. */
  retryMs: number;
  now: () => number;
  /** A try has ended. */
  changed: () => void;
  /** A method call that the bot gave as its answer. */
  callBack: (method: string, payload: Record<string, unknown>) => void;
}

/** Updates with the same key are pushed one after the other. */
function keyOf(update: Update): string {
  const part = Object.values(update).find(
    (value): value is { chat?: { id: number }; from?: { id: number } } => typeof value === 'object',
  );
  return String(part?.chat?.id ?? part?.from?.id ?? update.update_id);
}

export function createWebhook({ queue, retryMs, now, changed, callBack }: Parts): Webhook {
  const state: WebhookState = { settings: undefined, lastErrorAt: undefined, lastError: undefined };
  const busy = new Set<string>();
  let ending = new AbortController();

  async function post(
    update: Update,
    { url, secret }: WebhookSettings,
    signal: AbortSignal,
  ): Promise<number | undefined> {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(secret !== undefined && { 'x-telegram-bot-api-secret-token': secret }),
      },
      body: JSON.stringify(update),
      signal,
    });
    const body = await response.text();
    if (!response.ok) {
      state.lastError = `Wrong response from the webhook: ${response.status} ${response.statusText}`;
      return Math.min(Number(response.headers.get('retry-after') ?? 0), LONGEST_RETRY_AFTER_S) * 1000;
    }
    answerOf(body);
    return undefined;
  }

  /** The answer may itself be a call of the Bot API that changes something; anything else is nobody's business. */
  function answerOf(body: string): void {
    if (!body.startsWith('{')) return;
    const { method, ...payload } = JSON.parse(body) as Record<string, unknown>;
    if (typeof method === 'string' && !NOT_AS_ANSWER.test(method)) callBack(method, payload);
  }

  /** Pushes one update until it is taken. Ends silently when the webhook is changed. */
  async function deliver(update: Update, settings: WebhookSettings, signal: AbortSignal): Promise<void> {
    for (let tries = 0; !signal.aborted && queue.has(update.update_id); tries++) {
      let asked: number | undefined;
      try {
        asked = await post(update, settings, signal);
      } catch (error) {
        if (signal.aborted) return;
        state.lastError = `Connection failed: ${error instanceof Error ? error.message : String(error)}`;
        asked = 0;
      }
      if (asked === undefined) queue.remove(update.update_id);
      else state.lastErrorAt = now();
      changed();
      if (asked === undefined) return;
      await pause(Math.max(asked, tries === 0 ? 0 : retryMs * Math.min(2 ** (tries - 1), LONGEST_FACTOR)), signal);
    }
  }

  function begin(key: string, update: Update, settings: WebhookSettings): void {
    const { signal } = ending;
    busy.add(key);
    void deliver(update, settings, signal).then(() => {
      if (signal.aborted) return;
      busy.delete(key);
      wake();
    });
  }

  function wake(): void {
    const { settings } = state;
    if (!settings) return;
    for (const { update } of queue.waiting()) {
      if (busy.size >= settings.maxConnections) return;
      const key = keyOf(update);
      if (!busy.has(key)) begin(key, update, settings);
    }
  }

  return {
    state,
    wake,
    set(settings) {
      ending.abort();
      ending = new AbortController();
      busy.clear();
      Object.assign(state, { settings, lastErrorAt: undefined, lastError: undefined });
      wake();
    },
  };
}

/** Waits, or ends at once when the signal does. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  return promise;
}
