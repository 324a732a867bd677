/** discord.js's REST client, made so that each call throws a `ChannelError`, and waits and repeats nothing by itself. */
import { REST } from 'discord.js';
import type { RequestData, RouteLike } from 'discord.js';
import type { DiscordConfig } from './config.ts';
import { failureOf, notBegun } from './errors.ts';
import { fetchAnswer } from './fetch.ts';
import { createGate } from './gate.ts';

/** One call. `what` completes the sentence "Discord could not …". */
export interface ApiCall {
  what: string;
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  route: RouteLike;
  body?: object;
  query?: Record<string, string>;
  /** Has a deadline, always: without one the library waits for minutes. */
  signal: AbortSignal;
  /** `false` where an interaction's own token is the proof. */
  auth?: false;
}

/** Asks Discord for something, and gives the parsed answer. Throws `ChannelError`s only. */
export type Api = (call: ApiCall) => Promise<unknown>;

/** Longer than any deadline that a call brings with it. */
const TIMEOUT_MS = 600_000;
const GLOBAL_PER_SECOND = 50;

/**
 * Makes the client. It keeps to what the headers say of each bucket: a call that would break one is refused with the
 * wait, and holds up no other (https://docs.discord.com/developers/topics/rate-limits). One that would break the limit
 * over all waits its turn; answers to chosen commands are not counted there.
 */
export function createApi({ token, apiUrl, sendRate }: Pick<DiscordConfig, 'token' | 'apiUrl' | 'sendRate'>): Api {
  const mostPerSecond = Math.max(GLOBAL_PER_SECOND, sendRate);
  const gate = createGate(mostPerSecond);
  const rest = new REST({
    api: apiUrl,
    version: '10',
    makeRequest: fetchAnswer,
    rejectOnRateLimit: () => true,
    retries: 0,
    timeout: TIMEOUT_MS,
    offset: 0,
    globalRequestsPerSecond: mostPerSecond,
  });
  return async ({ what, method, route, body, query, signal, auth }) => {
    if (signal.aborted) throw notBegun(what);
    if (auth !== false) {
      await gate(signal).catch(() => {
        throw notBegun(what);
      });
    }
    rest.setToken(token); // The library forgets it at a 401, which may have been a passing one.
    const data: RequestData = {
      signal,
      ...(body && { body }),
      ...(query && { query: new URLSearchParams(query) }),
      ...(auth === false && { auth }),
    };
    try {
      return await rest.request({ ...data, method: method as never, fullRoute: route });
    } catch (error) {
      throw failureOf(what, error);
    }
  };
}
