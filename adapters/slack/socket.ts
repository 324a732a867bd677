/**
 * Socket Mode: Bolt's receiver for one connection at a time.
 *
 * Its own reconnecting is off, because a failure in it is an unhandled rejection, which ends the process, and because
 * it waits five seconds before each. What Slack does not hear acknowledged it brings again: at once, after one minute
 * and after five, on whichever connection is there then.
 */
import { SocketModeReceiver } from '@slack/bolt';
import { RejectedError, UnavailableError, describeError } from '#src/errors.ts';
import type { Logger } from '#src/log.ts';
import { within } from '#src/waiting.ts';
import { SILENT, clientOptions, toChannelError } from './api.ts';
import { unanswered } from './errors.ts';
import type { Connection } from './keep-up.ts';

/** What the socket needs. */
export interface SocketDeps {
  appToken: string;
  apiUrl: string;
  /** Stores what an envelope brought; only then it is acknowledged. */
  take: (body: unknown) => Promise<void>;
  log: Logger;
}

type Client = SocketModeReceiver['client'];

/** What the library gives of an envelope. */
interface Envelope {
  body: unknown;
  ack: () => Promise<void>;
}

const HELLO_MS = 15_000;
/** A connection whose other end is silent for so long is dead. */
const PONG_MS = 5_000;
/** How long the other end may take to say goodbye. */
const GOODBYE_MS = 1_000;

function createClient({ appToken, apiUrl }: SocketDeps, signal: AbortSignal): Client {
  const options = clientOptions({ apiUrl }, () => within(HELLO_MS, signal));
  const receiver = new SocketModeReceiver({
    appToken,
    autoReconnectEnabled: false,
    clientPingTimeout: PONG_MS,
    logger: SILENT,
    installerOptions: { clientOptions: options },
  });
  return receiver.client;
}

/** Why Slack ends a connection, where the next one would not do better (docs.slack.dev/apis/events-api/using-socket-mode). */
const ENDS: Readonly<Record<string, UnavailableError | RejectedError>> = {
  link_disabled: new RejectedError(
    'link_disabled',
    'Slack ended the connection: Socket Mode is switched off. Switch it on for the app at api.slack.com/apps.',
  ),
  too_many_websockets: new UnavailableError(
    'Slack ended the connection: the app has ten already. End what else uses its app token.',
    { certain: true, code: 'too_many_websockets' },
  ),
};

/**
 * Resolves when the connection is over, or as good as that: Slack says so some seconds before it closes one. Rejects
 * with a `ChannelError` where Slack wants none.
 */
function whenOver(client: Client): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  client.once('disconnected', () => resolve());
  client.on('ws_message', (data: unknown) => {
    const head = typeof data === 'string' ? data.slice(0, 200) : '';
    if (!/"type":\s*"disconnect"/.test(head)) return;
    const error = ENDS[/"reason":\s*"(\w+)"/.exec(head)?.[1] ?? ''];
    if (error) reject(error);
    else resolve();
  });
  promise.catch(() => undefined); // whoever awaits it hears of it; before the greeting nobody does
  return promise;
}

/** The library reads no event without an inside, and `app_rate_limited` has none: it is given one that says nothing new. */
function withInside(data: unknown): unknown {
  if (typeof data !== 'string' || !data.includes('"app_rate_limited"')) return data;
  const envelope = JSON.parse(data) as { payload?: { type?: unknown; event?: unknown } };
  const { payload } = envelope;
  if (payload?.type !== 'app_rate_limited' || payload.event !== undefined) return data;
  return JSON.stringify({ ...envelope, payload: { ...payload, event: { type: payload.type } } });
}

/** Sees to it that no message of Slack's ends the process: where the library fails, nobody waits for its promise. */
function shield(client: Client, log: Logger): void {
  const hear = client.listeners('ws_message') as ((data: unknown, isBinary: unknown) => Promise<void> | void)[];
  client.removeAllListeners('ws_message');
  client.on('ws_message', (data: unknown, isBinary: unknown) => {
    for (const one of hear) {
      Promise.try(() => one(withInside(data), isBinary)).catch((error: unknown) =>
        log.warn({ error: describeError(error) }, 'slack: the library could not read a message of the socket'),
      );
    }
  });
}

/** Closes a connection. The library waits half a minute for a dead one; asked a second time it does not. */
function close(client: Client): void {
  const force = setTimeout(() => client.websocket?.disconnect(), GOODBYE_MS);
  client.once('disconnected', () => clearTimeout(force));
  void client.disconnect();
}

/** Resolves when the signal is aborted; looks no more once `done` is. */
function whenAborted(signal: AbortSignal, done: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  else signal.addEventListener('abort', () => resolve(), { once: true, signal: done });
  return promise;
}

/** Rejects with what kept the connection from coming up: a no, an end before it began, or no hello in time. */
async function start(client: Client, over: Promise<void>, signal: AbortSignal, done: AbortSignal): Promise<void> {
  const late = within(HELLO_MS, signal);
  const silence = whenAborted(late, done).then(() => {
    throw unanswered('the greeting of its socket', late.reason);
  });
  const greeting = client.start().catch((error: unknown) => {
    // The library says nothing of why a socket closed before its greeting.
    throw error === undefined ? unanswered('the greeting of its socket', error) : toChannelError(error);
  });
  const refusal = over.then(() => greeting);
  await Promise.race([greeting, silence, refusal]);
}

/** Makes the connection to Slack's socket. */
export function createSocket(deps: SocketDeps): Connection {
  const { take, log } = deps;
  const handle = async ({ body, ack }: Envelope): Promise<void> => {
    try {
      await take(body);
    } catch (error) {
      log.warn({ error: describeError(error) }, 'slack: an event could not be stored; Slack brings it again');
      return;
    }
    // On a connection that has gone meanwhile it is brought again, and recognised.
    await ack().catch((error: unknown) => log.debug({ error: describeError(error) }, 'slack: not acknowledged'));
  };

  return async (onReady, signal) => {
    const client = createClient(deps, signal);
    shield(client, log);
    const over = whenOver(client);
    const done = new AbortController();
    client.on('slack_event', (envelope: Envelope) => {
      if (!signal.aborted) void handle(envelope);
    });
    try {
      await start(client, over, signal, done.signal);
      onReady();
      await Promise.race([over, whenAborted(signal, done.signal)]);
    } finally {
      done.abort();
      close(client);
    }
  };
}
