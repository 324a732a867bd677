/**
 * Socket Mode: Bolt's receiver for one connection at a time.
 *
 * Its own reconnecting is off, because a failure in it is an unhandled rejection, which ends the process, and because
 * it waits five seconds before each. What Slack does not hear acknowledged it brings again: at once, after one minute
 * and after five, on whichever connection is there then.
 */
import { SocketModeReceiver } from '@slack/bolt';
import { describeError } from '#src/errors.ts';
import type { Logger } from '#src/log.ts';
import { SILENT, clientOptions, toChannelError, within } from './api.ts';
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

/** Resolves when the connection is over, or as good as that: Slack says so some seconds before it closes one. */
function whenOver(client: Client): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  client.once('disconnected', () => resolve());
  client.on('ws_message', (data: unknown) => {
    if (typeof data === 'string' && /"type":\s*"disconnect"/.test(data.slice(0, 200))) resolve();
  });
  return promise;
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

/** Rejects with what kept the connection from coming up: a no, or no hello in time. */
async function start(client: Client, signal: AbortSignal, done: AbortSignal): Promise<void> {
  const late = within(HELLO_MS, signal);
  const silence = whenAborted(late, done).then(() => {
    throw unanswered('the greeting of its socket', late.reason);
  });
  const greeting = client.start().catch((error: unknown) => {
    // The library says nothing of why a socket closed before its greeting.
    throw error === undefined ? unanswered('the greeting of its socket', error) : toChannelError(error);
  });
  await Promise.race([greeting, silence]);
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
    const over = whenOver(client);
    const done = new AbortController();
    client.on('slack_event', (envelope: Envelope) => {
      if (!signal.aborted) void handle(envelope);
    });
    try {
      await start(client, signal, done.signal);
      onReady();
      await Promise.race([over, whenAborted(signal, done.signal)]);
    } finally {
      done.abort();
      close(client);
    }
  };
}
