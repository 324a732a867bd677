/** Who we are on Discord: the id by which people mention us, and by which we know our own messages. */
import { z } from 'zod';
import type { Api } from './api.ts';
import { unreadable } from './errors.ts';

/** Our own bot. */
export interface Self {
  /** How the account is named among ours. */
  readonly account: string;
  /** The bot's user id. Until Discord has said it, the one that stands in the token. */
  readonly id: string;
}

/** What is known of ourselves. */
export interface SelfKnowledge extends Self {
  note(id: string): void;
  /** Asks Discord, every time. Throws what any call does. */
  learn(signal: AbortSignal): Promise<void>;
  /** Asks Discord if it has never said. */
  isCertain(signal: AbortSignal): Promise<void>;
}

const user = z.object({ id: z.string() });

/** Makes the memory of who we are. */
export function createSelf(api: Api, account: string): SelfKnowledge {
  let said: string | undefined;
  const self: SelfKnowledge = {
    account,
    get id() {
      return said ?? account;
    },
    note: (id) => void (said = id),
    async learn(signal) {
      const what = 'say who we are';
      const { data } = user.safeParse(await api({ what, method: 'GET', route: '/users/@me', signal }));
      if (!data) throw unreadable(what);
      said = data.id;
    },
    async isCertain(signal) {
      if (said === undefined) await self.learn(signal);
    },
  };
  return self;
}
