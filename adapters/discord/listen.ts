/** Discord's connection: kept up for ever, and an admin told what it needs. */
import { setTimeout as wait } from 'node:timers/promises';
import { GatewayIntentBits } from 'discord.js';
import { z } from 'zod';
import type { Channel, ChannelReport, CommandInfo } from '#src/channel.ts';
import { ChannelError, RateLimitedError, RejectedError, UnavailableError, describeError } from '#src/errors.ts';
import type { Api } from './api.ts';
import { registerCommands } from './commands.ts';
import { isRefused } from './errors.ts';
import { holdGateway } from './gateway.ts';
import { createIntake } from './intake.ts';
import type { Dispatch, IntakeDeps } from './intake.ts';
import { createSettling } from './settling.ts';
import type { SharedThrottler } from './shard.ts';

/** What listening needs. */
export interface ListenDeps extends IntakeDeps {
  api: Api;
  token: string;
  commands: readonly CommandInfo[];
}

const INTENTS = GatewayIntentBits.Guilds | GatewayIntentBits.GuildMessages | GatewayIntentBits.DirectMessages;
const TOKEN_REFUSED = 4004;
const INTENT_REFUSED = 4014;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

const TICK_CONTENT =
  'Tick "Message Content Intent" on the page Bot of your application at https://discord.com/developers/applications ' +
  'and restart. Until then I understand direct messages, mentions and commands, but not what merely follows in a thread.';
const NEW_TOKEN =
  'Discord does not accept DISCORD_BOT_TOKEN: reset the token on the page Bot of your application at ' +
  'https://discord.com/developers/applications, set it and restart.';

const ready = z.object({
  user: z.object({ id: z.string() }),
  application: z.object({ id: z.string() }),
  guilds: z.array(z.object({ id: z.string() })).default([]),
});

/** What an admin must know of a connection that could not be made. */
function actionFor(error: unknown): string {
  if (!(error instanceof ChannelError)) return `Discord's connection broke: ${describeError(error)}`;
  const isAway = error instanceof UnavailableError && error.code === 'unreachable';
  return `${error.message}${isAway ? ' Check the network and DISCORD_API_URL.' : ''} It is tried again by itself.`;
}

function pauseAfter(error: unknown, failures: number): number {
  if (error instanceof RateLimitedError) return error.retryAfterMs;
  return Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch(() => undefined); // It only ever fails because it is cut short.
}

/** What became of one life of the connection, if it can be mended at all. Throws when it cannot. */
function judge(code: number | undefined, hasContent: boolean): 'again' | 'without content' {
  if (code === undefined) return 'again';
  if (code === INTENT_REFUSED && hasContent) return 'without content';
  if (code === TOKEN_REFUSED) throw new RejectedError('unauthorized', NEW_TOKEN);
  throw new RejectedError('gateway_refused', `Discord does not let this bot listen (close code ${code}).`);
}

/**
 * Makes `Channel.listen`. Tries for ever, and rejects only where trying again is useless: for a token that is no
 * longer good. A bot that may not read what is said is connected all the same, and understands what it may.
 */
export function createListen(deps: ListenDeps): NonNullable<Channel['listen']> {
  const throttler: SharedThrottler = {};
  return async (emit, report, signal) => {
    report({ state: 'starting' });
    const { api, token, self, commands, log } = deps;
    const intake = createIntake(deps, emit);
    let hasContent = true;
    let failures = 0;
    let isRegistered = false;
    const up = () => {
      failures = 0;
      report({ state: 'ready', ...(!hasContent && { action: TICK_CONTENT }) });
    };
    const settling = createSettling(up);
    const begin = ({ user, application, guilds }: z.infer<typeof ready>) => {
      self.note(user.id);
      settling.begin(guilds.map(({ id }) => id));
      if (!isRegistered) void registerCommands(api, application.id, commands, log, signal);
      isRegistered = true;
    };
    const onDispatch = (event: Dispatch) => {
      intake.take(event);
      if (event.t === 'READY') begin(ready.parse(event.d));
      else settling.note(event);
    };
    const onDropped = () => {
      settling.stop();
      report(reconnecting('Discord closed the connection. It is taken up again by itself.'));
    };
    const live = () => {
      const intents = INTENTS | (hasContent ? GatewayIntentBits.MessageContent : 0);
      const careful = (event: Dispatch) => {
        try {
          onDispatch(event);
        } catch (error) {
          // Nothing may throw into the library: its connection would end.
          log.error({ event: event.t, error: describeError(error) }, 'discord: an event could not be taken');
        }
      };
      return holdGateway({ api, token, intents, throttler, onDispatch: careful, onResumed: up, onDropped }, signal);
    };
    try {
      while (!signal.aborted) {
        try {
          const code = await live();
          if (signal.aborted) break;
          if (judge(code, hasContent) === 'without content') hasContent = false;
          report(reconnecting(hasContent ? 'The connection did not come back, and is begun anew.' : TICK_CONTENT));
        } catch (error) {
          if (signal.aborted) break;
          const isOver = isRefused(error, 'unauthorized', 'gateway_refused');
          const action = isRefused(error, 'unauthorized') ? NEW_TOKEN : actionFor(error);
          report(isOver ? { state: 'failed', action } : reconnecting(action));
          if (isOver) throw error;
          failures += 1;
          await pause(pauseAfter(error, failures), signal);
        }
      }
    } finally {
      settling.stop();
      await deps.interactions.close();
      await intake.settled();
    }
  };
}

function reconnecting(action: string): ChannelReport {
  return { state: 'reconnecting', action };
}
