/** The parts of the stand-in that its methods work with. */
import type { Events } from './events.ts';
import type { Meter } from './limits.ts';
import type { Records } from './record.ts';
import type { Tickets } from './socket.ts';
import type { Bot, World } from './world.ts';

/** One app's whole Slack. */
export interface Platform {
  bot: Bot;
  world: World;
  events: Events;
  records: Records;
  meter: Meter;
  tickets: Tickets;
  now: () => number;
}

/** The arguments of a call, each a text as forms have it; structures are JSON. */
export type Args = Readonly<Record<string, string>>;

/** Does what the method does and gives what stands beside `ok: true`; throws `ApiError` when Slack would refuse. */
export type Method = (platform: Platform, args: Args) => object;
