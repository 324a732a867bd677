/** Slack's connection: first who we are, then the socket; or, where Slack calls us, a watch. */
import type { Channel } from '#src/channel.ts';
import type { Logger } from '#src/log.ts';
import type { SlackConfig } from './config.ts';
import type { Intake } from './intake.ts';
import type { Connection } from './keep-up.ts';
import { keepUp } from './keep-up.ts';
import type { SelfKnowledge } from './self.ts';
import { createSocket } from './socket.ts';
import { createWatch } from './watch.ts';

/** What listening needs. */
export interface ListenDeps {
  config: Pick<SlackConfig, 'account' | 'appToken' | 'apiUrl'>;
  self: SelfKnowledge;
  intake: Intake;
  log: Logger;
}

/**
 * Makes `Channel.listen`. Tries for ever, and rejects only for a revoked token. On `signal` nothing more is taken:
 * what was not acknowledged comes again, and is recognised.
 */
export function createListen({ config, self, intake, log }: ListenDeps): NonNullable<Channel['listen']> {
  const { account, appToken, apiUrl } = config;
  return async (emit, report, signal) => {
    report({ state: 'starting' });
    const take = (body: unknown) => intake([body], emit);
    const connect =
      appToken === undefined ? createWatch({ self, account, emit }) : createSocket({ appToken, apiUrl, take, log });
    const introduced: Connection = async (onReady, signal) => {
      await self.learn(signal);
      await connect(onReady, signal);
    };
    await keepUp(introduced, report, signal);
  };
}
