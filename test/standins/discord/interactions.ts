/** Commands that people choose in Discord's own list, and what the bot answers to them. */
import { ApiError, unknown } from './api-error.ts';
import type { Message } from './world.ts';

const ANSWER_WITHIN_MS = 3_000;
const TOKEN_LASTS_MS = 15 * 60_000;
const MESSAGE = 4;
const THINKING = 5;

/** One chosen command. `thinking` is what the person sees until it is answered. */
export interface Interaction {
  id: string;
  token: string;
  channelId: string;
  at: number;
  state: 'new' | 'thinking' | 'answered' | 'gone';
  /** What stands under the command. */
  original?: Message;
  /** Shown to the person alone. */
  isEphemeral?: boolean;
}

export interface Interactions {
  all: Interaction[];
  add(interaction: Interaction): void;
  /** The bot's first answer; gives the message to make, if it is one. */
  answer(id: string, token: string, type: unknown): 'message' | 'thinking';
  /** The one of a token that is still good. */
  byToken(token: string): Interaction;
}

export function createInteractions(now: () => number): Interactions {
  const all: Interaction[] = [];
  return {
    all,
    add: (interaction) => void all.push(interaction),
    answer(id, token, type) {
      const found = all.find((one) => one.id === id && one.token === token);
      if (!found || now() - found.at > ANSWER_WITHIN_MS) throw unknown('interaction', 10_062);
      if (found.state !== 'new') throw new ApiError(400, 40_060, 'Interaction has already been acknowledged.');
      if (type !== MESSAGE && type !== THINKING) throw new ApiError(400, 50_035, 'Invalid Form Body');
      found.state = type === THINKING ? 'thinking' : 'answered';
      return type === THINKING ? 'thinking' : 'message';
    },
    byToken(token) {
      const found = all.find((one) => one.token === token && one.state !== 'new');
      if (!found || now() - found.at > TOKEN_LASTS_MS) throw unknown('Webhook', 10_015);
      return found;
    },
  };
}
