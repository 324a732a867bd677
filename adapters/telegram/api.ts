/** grammY's client, made so that each of its calls throws a `ChannelError` and none ever tells the token. */
import { Api, HttpError } from 'grammy';
import { within as ourSignal } from '#src/waiting.ts';
import type { TelegramConfig } from './config.ts';
import { notBegun, refused, unanswered } from './errors.ts';
import { fetchAnswer } from './fetch.ts';

/** The Bot API. Pass each call a signal with a deadline: without one grammY waits for 500 s. */
export type TelegramApi = Api;

/** Makes the client. It is bound to nothing: no connection is made before the first call. */
export function createApi({ token, apiRoot }: Pick<TelegramConfig, 'token' | 'apiRoot'>): TelegramApi {
  const api = new Api(token, { apiRoot, fetch: fetchAnswer });
  api.config.use(async (call, method, payload, signal) => {
    if (signal?.aborted) throw notBegun(method);
    const answer = await call(method, payload, signal).catch((error: unknown) => {
      throw unanswered(method, error instanceof HttpError ? error.error : error);
    });
    if (answer.ok) return answer;
    // A proxy may repeat the address, and with it the token, in what it says.
    throw refused(method, { ...answer, description: answer.description.replaceAll(token, '[token]') });
  });
  return api;
}

/** grammY types its signals by a library's class; any that is one will do. */
type CallSignal = NonNullable<Parameters<TelegramApi['getMe']>[0]>;

/** Our signal, as grammY's types want it. */
export function callSignal(signal: AbortSignal): CallSignal {
  return signal as unknown as CallSignal;
}

/** A signal for one call: a deadline, and the caller's if there is one. */
export function within(ms: number, signal?: AbortSignal): CallSignal {
  return callSignal(ourSignal(ms, signal));
}
