/**
 * Live events between processes, by raw Redis publish/subscribe: typing, growing answers, "look again".
 * A loss is harmless: whoever listens reads the store again when it matters.
 */
import type { Logger } from '../log.ts';
import { connectRedis } from './redis.ts';

export interface Live {
  /** Says it to whoever listens now. Never rejects. */
  publish(topic: string, event: object): void;
  /** Calls back with each event of the topic until the returned function is called. Resolves when it listens. */
  subscribe(topic: string, onEvent: (event: unknown) => void): Promise<() => void>;
  close(): void;
}

/** Makes the live events of one installation. */
export function createLive(options: { prefix: string; redisUrl: string; log: Logger }): Live {
  const publisher = connectRedis(options.redisUrl, 'command', options.log);
  const subscriber = connectRedis(options.redisUrl, 'subscriber', options.log);
  const listeners = new Map<string, Set<(event: unknown) => void>>();
  const channelOf = (topic: string) => `${options.prefix}:live:${topic}`;

  subscriber.on('message', (channel: string, text: string) => {
    const event: unknown = JSON.parse(text);
    for (const onEvent of listeners.get(channel) ?? []) onEvent(event);
  });

  return {
    publish(topic, event) {
      publisher
        .publish(channelOf(topic), JSON.stringify(event))
        .catch((error: Error) => options.log.debug({ topic, error: error.message }, 'a live event was lost'));
    },
    async subscribe(topic, onEvent) {
      const channel = channelOf(topic);
      const known = listeners.get(channel);
      const set = known ?? new Set();
      set.add(onEvent);
      listeners.set(channel, set);
      if (known === undefined) await subscriber.subscribe(channel);
      return () => {
        set.delete(onEvent);
        if (set.size > 0 || listeners.get(channel) !== set) return;
        listeners.delete(channel);
        subscriber.unsubscribe(channel).catch(() => undefined); // the connection is gone, and the subscription with it
      };
    },
    close() {
      publisher.disconnect();
      subscriber.disconnect();
    },
  };
}
