/** Telegram's connection: first who we are, then polling, or the webhook kept registered. */
import type { Channel } from '#src/channel.ts';
import type { Logger } from '#src/log.ts';
import type { Inbound } from '#src/message.ts';
import type { TelegramApi } from './api.ts';
import type { Round } from './keep-up.ts';
import { keepUp } from './keep-up.ts';
import { showMenu } from './menu.ts';
import { createPoll } from './poll.ts';
import type { SelfKnowledge } from './self.ts';
import { createRegistration } from './webhook.ts';

/** What listening needs. */
export interface ListenDeps {
  api: TelegramApi;
  self: SelfKnowledge;
  read: (raw: unknown) => Inbound[];
  log: Logger;
  /** Absent: we poll. */
  webhook?: { publicUrl: string; secret: string };
}

/**
 * Makes `Channel.listen`. Tries for ever, and rejects only for a revoked token. On `signal` it confirms nothing more:
 * what was not confirmed comes again, and is recognised.
 */
export function createListen({ api, self, read, log, webhook }: ListenDeps): NonNullable<Channel['listen']> {
  return async (emit, report, signal) => {
    report({ state: 'starting' });
    const work: Round = webhook ? createRegistration({ api, log, ...webhook }) : createPoll({ api, read, emit, log });
    let isIntroduced = false;
    const round: Round = async (signal) => {
      if (!isIntroduced) {
        await self.learn(signal);
        void showMenu(api, log, signal);
        isIntroduced = true;
      }
      return work(signal);
    };
    await keepUp(round, report, signal);
  };
}
