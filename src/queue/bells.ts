/** All doorbells of an installation: one for answers, one for the deliveries of each channel. */
import type { Logger } from '../log.ts';
import { createDoorbell, type Doorbell } from './doorbell.ts';

export interface Bells {
  /** Conversations in which something waits for an answer. */
  reply: Doorbell;
  /** Chats of the channel in which something waits to be said. */
  deliver(channel: string): Doorbell;
  close(): Promise<void>;
}

/** Makes the doorbells; those of a channel when they are first asked for. */
export function createBells(options: { prefix: string; redisUrl: string; log: Logger }): Bells {
  const reply = createDoorbell({ ...options, name: 'reply' });
  const deliver = new Map<string, Doorbell>();
  return {
    reply,
    deliver(channel) {
      const bell = deliver.get(channel) ?? createDoorbell({ ...options, name: `deliver-${channel}` });
      deliver.set(channel, bell);
      return bell;
    },
    async close() {
      await Promise.all([reply, ...deliver.values()].map((bell) => bell.close()));
    },
  };
}
