/**
 * The pace at which sessions may begin. Discord allows one in 5 s, to which the library keeps, and a thousand a day,
 * to which it does not: a connection that is refused again and again would cost the bot its token
 * (https://docs.discord.com/developers/events/gateway#session-start-limit-object).
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { IIdentifyThrottler } from 'discord.js';

const HOUR_MS = 3_600_000;
const MOST_AN_HOUR = 30;

/** Makes the throttle on top of one that keeps the short pace. A wait ends with its connection. */
export function createThrottle(short: IIdentifyThrottler, now: () => number = Date.now): IIdentifyThrottler {
  let begun: number[] = [];
  return {
    async waitForIdentify(shard, signal) {
      await short.waitForIdentify(shard, signal);
      begun = begun.filter((at) => at > now() - HOUR_MS);
      const oldest = begun[begun.length - MOST_AN_HOUR];
      if (oldest !== undefined) await wait(oldest + HOUR_MS - now(), undefined, { signal });
      begun.push(now());
    },
  };
}
