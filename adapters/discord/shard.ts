/**
 * discord.js's gateway connection, by itself (https://docs.discord.com/developers/events/gateway). It resumes after a
 * drop, and begins a new session where it cannot.
 *
 * The library's whole client is not used: it would hold every member and message in memory, drop direct messages of
 * chats that it does not know, and hand out its own objects in place of the events, which `unread` could not keep.
 */
import { DefaultWebSocketManagerOptions, SimpleIdentifyThrottler, SimpleShardingStrategy } from 'discord.js';
import type { GatewayDispatchPayload, IIdentifyThrottler, SessionInfo } from 'discord.js';
import { z } from 'zod';
import { UnavailableError } from '#src/errors.ts';
import type { Api } from './api.ts';
import { orAfter, within } from '#src/waiting.ts';
import { unreadable } from './errors.ts';
import { createThrottle } from './throttle.ts';

const ASK_WITHIN_MS = 10_000;
const HANDSHAKE_WITHIN_MS = 10_000;
/** Longer than the handshake: the library cannot give up a connection that is being opened. */
const HELLO_WITHIN_MS = 15_000;
const READY_WITHIN_MS = 15_000;
const CLOSE_WITHIN_MS = 2_000;
const SHARD = 0;

/** What a connection tells of itself. */
export interface ShardEvents {
  onReady(): void;
  onResumed(): void;
  onDispatch(event: GatewayDispatchPayload): void;
  /** Also of a connection that is opened again by itself. */
  onClosed(code: number): void;
}

/** Keeps the pace at which sessions may begin; one for all connections of a bot. */
export interface SharedThrottler {
  current?: IIdentifyThrottler;
}

export interface ShardDeps {
  api: Api;
  token: string;
  intents: number;
  throttler: SharedThrottler;
}

export interface Shard {
  /** Resolves at the first session. Rejects when none can begin; what is left then is to `end` it. */
  connect(signal: AbortSignal): Promise<void>;
  /** Ends it, at once or as soon as the library can. */
  end(): Promise<void>;
}

/** Where the connection is: between two tries, being opened, or open. */
type Phase = 'down' | 'opening' | 'open';
type Manager = ConstructorParameters<typeof SimpleShardingStrategy>[0];

const gatewayInformation = z.looseObject({
  url: z.string(),
  session_start_limit: z.looseObject({ remaining: z.int(), reset_after: z.number(), max_concurrency: z.int().min(1) }),
});
type GatewayInformation = z.infer<typeof gatewayInformation>;

/** Where the gateway is. Discord lets a bot begin a thousand sessions a day, and takes its token away after that. */
async function askGateway(api: Api, signal: AbortSignal): Promise<GatewayInformation> {
  const what = 'name its gateway';
  const answer = await api({ what, method: 'GET', route: '/gateway/bot', signal: within(ASK_WITHIN_MS, signal) });
  const { data } = gatewayInformation.safeParse(answer);
  if (!data) throw unreadable(what);
  const { remaining, reset_after: ms } = data.session_start_limit;
  if (remaining > 0) return data;
  const message = `Discord lets this bot begin no more connections for the next ${Math.ceil(ms / 60_000)} minutes.`;
  throw new UnavailableError(message, { certain: true, code: 'no_sessions' });
}

/**
 * Makes the connection. One that is between two tries, or being opened, cannot be told to end: it would open all the
 * same, or bring the process down. So the first waits for ever before its next try, and the second ends once it is open.
 */
export function createShard({ api, token, intents, throttler }: ShardDeps, events: ShardEvents): Shard {
  let phase: Phase = 'down';
  let isEnding = false;
  let session: SessionInfo | null = null;
  let information: GatewayInformation | undefined;

  const close = () => orAfter(strategy.destroy({ reason: 'Pantheon lets go' }), CLOSE_WITHIN_MS, undefined);
  const handlers: Record<string, (payload: { code: number; data: GatewayDispatchPayload }) => void> = {
    hello() {
      phase = 'open';
      if (isEnding) close().catch(() => undefined); // the process goes on without it
    },
    closed({ code }) {
      phase = 'down';
      if (!isEnding) events.onClosed(code);
    },
    ready: () => events.onReady(),
    resumed: () => events.onResumed(),
    dispatch({ data }) {
      if (!isEnding) events.onDispatch(data);
    },
    // What an `error` tells of is followed by `closed`, or by the end of `connect`.
  };
  /** What the library's strategy needs of its manager, which discord.js hides behind a class of the same name. */
  const manager = {
    options: {
      ...DefaultWebSocketManagerOptions,
      token,
      intents,
      handshakeTimeout: HANDSHAKE_WITHIN_MS,
      helloTimeout: HELLO_WITHIN_MS,
      readyTimeout: READY_WITHIN_MS,
      updateSessionInfo: (_shard: number, info: SessionInfo | null) => void (session = info),
      // The first thing that each try to connect does.
      retrieveSessionInfo() {
        if (phase !== 'down') return session;
        if (isEnding) return new Promise<never>(() => {});
        phase = 'opening';
        return session;
      },
      buildIdentifyThrottler() {
        const { max_concurrency: atOnce = 1 } = information?.session_start_limit ?? {};
        throttler.current ??= createThrottle(new SimpleIdentifyThrottler(atOnce));
        return throttler.current;
      },
    },
    getShardCount: () => 1,
    fetchGatewayInformation: () => information,
    emit: (name: string, payload: { code: number; data: GatewayDispatchPayload }) => handlers[name]?.(payload),
  };
  const strategy = new SimpleShardingStrategy(manager as unknown as Manager);
  return {
    async connect(signal) {
      information = await askGateway(api, signal);
      if (isEnding) return;
      await strategy.spawn([SHARD]);
      await strategy.connect();
    },
    async end() {
      isEnding = true;
      if (phase === 'open') await close();
    },
  };
}
