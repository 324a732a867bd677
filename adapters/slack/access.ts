/** Whom the app listens to (`SLACK_ACCESS`). What others say is neither stored nor answered. */
import type { Inbound } from '#src/message.ts';
import type { SlackConfig } from './config.ts';

/** Makes the filter. What names no human (a deletion, an event that nobody could read) passes. */
export function createAccess({ allowed }: Pick<SlackConfig, 'allowed'>): (events: Inbound[]) => Inbound[] {
  if (allowed === undefined) return (events) => events;
  return (events) =>
    events.filter((event) => !('from' in event) || event.from.externalIds.some((id) => allowed.has(id)));
}
