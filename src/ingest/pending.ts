/** What a platform brings again while it is still being stored. */
import type { Inbound } from '../message.ts';
import { chatKey } from '../store/chats.ts';

/**
 * Makes the function that stores an event once at a time: the same one, come again meanwhile, waits for the first. In
 * a flood a platform repeats what it has not heard of for some seconds, and would else make it twice as much.
 */
export function createPending(): (channel: string, batch: Inbound[], store: () => Promise<void>) => Promise<void> {
  const pending = new Map<string, Promise<void>>();
  return (channel, batch, store) => {
    const key = nameOf(channel, batch);
    if (key === undefined) return store();
    const known = pending.get(key);
    if (known) return known;
    const stored = store().finally(() => pending.delete(key));
    pending.set(key, stored);
    return stored;
  };
}

/** What tells the event from every other; only a message that comes alone is repeated so. */
function nameOf(channel: string, [event, ...others]: Inbound[]): string | undefined {
  if (event?.kind !== 'message' || others.length > 0) return undefined;
  return JSON.stringify([chatKey(channel, event.chat), event.externalId, event.text]);
}
