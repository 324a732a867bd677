/** Slack's Web API: the library's client, made so that each call has a deadline and throws a `ChannelError`. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { LogLevel, webApi } from '@slack/bolt';
import type { Logger } from '@slack/bolt';
import { ChannelError } from '#src/errors.ts';
import type { SlackConfig } from './config.ts';
import { unanswered } from './errors.ts';
import { fetchAnswer } from './fetch.ts';

/** Does one call of the Web API, under a signal that must have a deadline. Throws a `ChannelError`. */
export type SlackApi = <T>(signal: AbortSignal, call: (web: webApi.WebClient) => Promise<T>) => Promise<T>;

const nothing = () => undefined;

/** The library's lines hold people's texts. What matters of them comes to us as errors. */
export const SILENT: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  setName: nothing,
  getLevel: () => LogLevel.ERROR,
};

/**
 * The settings of every client: it must not wait, try again or queue by itself, which would hold up other chats. The
 * library changes the object that it is given, hence a new one each time.
 */
export function clientOptions(
  { apiUrl }: Pick<SlackConfig, 'apiUrl'>,
  signalNow: () => AbortSignal,
): webApi.WebClientOptions {
  return {
    slackApiUrl: apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    maxRequestConcurrency: Number.POSITIVE_INFINITY,
    fetch: (url, init) => fetchAnswer(String(url), init as RequestInit, signalNow()),
  };
}

/** What the library throws, as our own errors: those of `fetch`, which it wraps. */
export function toChannelError(error: unknown): ChannelError {
  if (error instanceof webApi.WebAPIRequestError && error.original instanceof ChannelError) return error.original;
  return unanswered('a call', error);
}

/** Makes the client. It is bound to nothing: no connection is made before the first call. */
export function createApi(config: Pick<SlackConfig, 'apiUrl' | 'botToken'>): SlackApi {
  // The library's calls take no signal; the one of a call is found by `fetch` through the context it runs in.
  const signals = new AsyncLocalStorage<AbortSignal>();
  const options = clientOptions(config, () => signals.getStore() ?? AbortSignal.abort());
  const web = new webApi.WebClient(config.botToken, { ...options, logger: SILENT });
  return async (signal, call) => {
    try {
      return await signals.run(signal, () => call(web));
    } catch (error) {
      throw toChannelError(error);
    }
  };
}
