/** Who we are on Telegram: the name by which people mention us. */
import type { TelegramApi } from './api.ts';
import { within } from './api.ts';

const DEADLINE_MS = 10_000;

/** Our own bot. */
export interface Self {
  /** The bot's id, which is also the account's name. */
  id: string;
  username: string;
}

/** What is known of ourselves. */
export interface SelfKnowledge {
  /** Absent until Telegram has said it once. */
  known(): Self | undefined;
  /** Asks Telegram, every time. Throws what any call does. */
  learn(signal?: AbortSignal): Promise<Self>;
}

/** Makes the memory of who we are; `getMe` is also what tells whether the token is good. */
export function createSelf(api: TelegramApi, account: string): SelfKnowledge {
  let self: Self | undefined;
  return {
    known: () => self,
    async learn(signal) {
      const { username } = await api.getMe(within(DEADLINE_MS, signal));
      self = { id: account, username };
      return self;
    },
  };
}
