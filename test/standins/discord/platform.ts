/** The parts of the stand-in that its routes work with. */
import type { Gateway } from './gateway.ts';
import type { Interactions } from './interactions.ts';
import type { Call, Records } from './record.ts';
import type { Channel, Message, User, World } from './world.ts';

/** One bot's whole Discord. */
export interface Platform {
  bot: User;
  token: string;
  world: World;
  gateway: Gateway;
  interactions: Interactions;
  records: Records;
  /** The bot's list of commands, as it was written last. */
  commands: object[];
  /** Messages by author's nonce, until Discord forgets them. */
  nonces: Map<string, Message>;
  now: () => number;
  /** Makes a message of the bot, and tells of it. */
  say(channel: Channel, fields: Partial<Message>): Message;
}

/** Does what the route does and gives what Discord answers; throws `ApiError` when it would refuse. `undefined`: 204. */
export type Route = (platform: Platform, call: Call, ids: string[]) => unknown;
