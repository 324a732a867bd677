/** Slack's connection: first who we are, then the socket; or, where Slack calls us, a look now and then. */
import type { Channel } from '#src/channel.ts';
import type { Logger } from '#src/log.ts';
import { pause } from '#src/waiting.ts';
import type { SlackConfig } from './config.ts';
import type { Intake } from './intake.ts';
import type { Connection } from './keep-up.ts';
import { keepUp } from './keep-up.ts';
import type { SelfKnowledge } from './self.ts';
import { createSocket } from './socket.ts';

/** What listening needs. */
export interface ListenDeps {
  config: Pick<SlackConfig, 'appToken' | 'apiUrl'>;
  self: SelfKnowledge;
  intake: Intake;
  log: Logger;
}

const LOOK_AGAIN_MS = 60_000;

/** There is no connection where Slack calls us: it is up while Slack knows us. */
function createWatch(self: SelfKnowledge): Connection {
  return async (onReady, signal) => {
    onReady();
    while (!signal.aborted) {
      await pause(LOOK_AGAIN_MS, signal);
      if (!signal.aborted) await self.learn(signal);
    }
  };
}

/**
 * Makes `Channel.listen`. Tries for ever, and rejects only for a revoked token. On `signal` nothing more is taken:
 * what was not acknowledged comes again, and is recognised.
 */
export function createListen({ config, self, intake, log }: ListenDeps): NonNullable<Channel['listen']> {
  const { appToken, apiUrl } = config;
  return async (emit, report, signal) => {
    report({ state: 'starting' });
    const take = (body: unknown) => intake([body], emit);
    const connect = appToken === undefined ? createWatch(self) : createSocket({ appToken, apiUrl, take, log });
    const introduced: Connection = async (onReady, signal) => {
      await self.learn(signal);
      await connect(onReady, signal);
    };
    await keepUp(introduced, report, signal);
  };
}
