/**
 * Live events between processes, by raw Redis publish/subscribe: typing, growing answers, "look again".
 * A loss is harmless: whoever listens reads the store again when it matters.
 */
import type { Logger } from '../log.ts';
import { connectRedis } from './redis.ts';

export interface Live {
  /** Says it to whoever listens now. Never rejects. */
  publish(topic: string, event: object): void;
  /**
   * Calls back with each event of the topic until the returned function is called. Resolves when it listens; rejects
   * when Redis refuses, or `close` is called before Redis was there.
   */
  subscribe(topic: string, onEvent: (event: unknown) => void): Promise<() => void>;
  close(): void;
}

/** A topic that somebody here listens to. */
interface Topic {
  listeners: Set<(event: unknown) => void>;
  /** Settles with Redis' answer. */
  begun: Promise<unknown>;
}

/** Makes the live events of one installation. */
export function createLive(options: { prefix: string; redisUrl: string; log: Logger }): Live {
  const publisher = connectRedis(options.redisUrl, 'command', options.log);
  const subscriber = connectRedis(options.redisUrl, 'subscriber', options.log);
  const topics = new Map<string, Topic>();
  const channelOf = (topic: string) => `${options.prefix}:live:${topic}`;

  subscriber.on('message', (channel: string, text: string) => {
    const event: unknown = JSON.parse(text);
    for (const onEvent of topics.get(channel)?.listeners ?? []) onEvent(event);
  });

  return {
    publish(topic, event) {
      publisher
        .publish(channelOf(topic), JSON.stringify(event))
        .catch((error: Error) => options.log.debug({ topic, error: error.message }, 'a live event was lost'));
    },
    async subscribe(topic, onEvent) {
      const channel = channelOf(topic);
      const known = topics.get(channel);
      const own = known ?? { listeners: new Set(), begun: subscriber.subscribe(channel) };
      own.listeners.add(onEvent);
      topics.set(channel, own);
      const isCurrent = () => topics.get(channel) === own;
      try {
        await own.begun;
      } catch (error) {
        // Whoever comes next asks Redis anew.
        if (isCurrent()) topics.delete(channel);
        throw error;
      }
      return () => {
        own.listeners.delete(onEvent);
        if (own.listeners.size > 0 || !isCurrent()) return;
        topics.delete(channel);
        subscriber.unsubscribe(channel).catch(() => undefined); // the connection is gone, and the subscription with it
      };
    },
    close() {
      publisher.disconnect();
      subscriber.disconnect();
    },
  };
}
