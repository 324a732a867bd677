/** Whom the bot listens to (`DISCORD_ACCESS`). What others say is neither stored nor answered. */
import type { Inbound } from '#src/message.ts';
import type { DiscordConfig } from './config.ts';

/** Makes the filter. What names no human (a chat that moved, an event that nobody could read) passes. */
export function createAccess({ allowed }: Pick<DiscordConfig, 'allowed'>): (events: Inbound[]) => Inbound[] {
  if (allowed === undefined) return (events) => events;
  return (events) =>
    events.filter((event) => !('from' in event) || event.from.externalIds.some((id) => allowed.has(id)));
}
