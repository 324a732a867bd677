/** Whom the bot listens to (`TELEGRAM_ACCESS`). What others say is neither stored nor answered. */
import type { Inbound } from '#src/message.ts';
import type { TelegramConfig } from './config.ts';

/** Makes the filter. What names no human (a chat that moved, an event that nobody could read) passes. */
export function createAccess({ allowed }: Pick<TelegramConfig, 'allowed'>): (events: Inbound[]) => Inbound[] {
  if (allowed === undefined) return (events) => events;
  return (events) =>
    events.filter((event) => !('from' in event) || event.from.externalIds.some((id) => allowed.has(id)));
}
