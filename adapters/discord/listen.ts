/** Discord's connection: what comes in over it, and what an admin is told of it. */
import { GatewayIntentBits } from 'discord.js';
import { z } from 'zod';
import type { Channel, CommandInfo } from '#src/channel.ts';
import { describeError } from '#src/errors.ts';
import type { Api } from './api.ts';
import { registerCommands } from './commands.ts';
import { holdGateway } from './gateway.ts';
import { createIntake } from './intake.ts';
import type { Dispatch, IntakeDeps } from './intake.ts';
import { keepUp, TICK_CONTENT } from './keep-up.ts';
import type { Failures, Life } from './keep-up.ts';
import { createSettling } from './settling.ts';
import type { SharedThrottler } from './shard.ts';

/** What listening needs. */
export interface ListenDeps extends IntakeDeps {
  api: Api;
  token: string;
  commands: readonly CommandInfo[];
}

const INTENTS = GatewayIntentBits.Guilds | GatewayIntentBits.GuildMessages | GatewayIntentBits.DirectMessages;

const ready = z.object({
  user: z.object({ id: z.string() }),
  application: z.object({ id: z.string() }),
  guilds: z.array(z.object({ id: z.string() })).default([]),
});

/**
 * Makes `Channel.listen`. Tries for ever, and rejects only where trying again is useless: for a token that is no
 * longer good. A bot that may not read what is said is connected all the same, and understands what it may.
 */
export function createListen(deps: ListenDeps): NonNullable<Channel['listen']> {
  const { api, token, self, interactions, log } = deps;
  const throttler: SharedThrottler = {};
  return async (emit, report, signal) => {
    report({ state: 'starting' });
    const intake = createIntake(deps, emit);
    const failures: Failures = { count: 0 };
    let mayReadAll = true;
    let isRegistered = false;
    const onUp = () => {
      failures.count = 0;
      report({ state: 'ready', ...(!mayReadAll && { action: TICK_CONTENT }) });
    };
    const settling = createSettling(onUp);
    const begin = ({ user, application, guilds }: z.infer<typeof ready>) => {
      self.note(user.id);
      settling.begin(guilds.map(({ id }) => id));
      if (!isRegistered) void registerCommands(deps, application.id, signal);
      isRegistered = true;
    };
    const onDispatch = (event: Dispatch) => {
      try {
        intake.take(event);
        if (event.t === 'READY') begin(ready.parse(event.d));
        else settling.note(event);
      } catch (error) {
        // Nothing may throw into the library: its connection would end.
        log.error({ event: event.t, error: describeError(error) }, 'discord: an event could not be taken');
      }
    };
    const onDropped = () => {
      settling.stop();
      report({ state: 'reconnecting', action: 'Discord closed the connection. It is taken up again by itself.' });
    };
    const live: Life = ({ hasContent }) => {
      mayReadAll = hasContent;
      const intents = INTENTS | (hasContent ? GatewayIntentBits.MessageContent : 0);
      return holdGateway({ api, token, intents, throttler, onDispatch, onResumed: onUp, onDropped }, signal);
    };
    try {
      await keepUp(live, failures, report, signal);
    } finally {
      settling.stop();
      await interactions.close();
      await intake.settled();
    }
  };
}
