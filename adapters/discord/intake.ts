/** From an event of the gateway to the store: what it adds to what we know, what it says to us, and whom to tell. */
import { z } from 'zod';
import type { Emit } from '#src/channel.ts';
import { describeError } from '#src/errors.ts';
import type { Logger } from '#src/log.ts';
import type { Inbound } from '#src/message.ts';
import type { Interactions } from './interactions.ts';
import type { Echoes } from './nonce.ts';
import { readChosen } from './normalize/command.ts';
import type { RawEvent } from './normalize/read.ts';
import type { Places } from './places.ts';
import type { SelfKnowledge } from './self.ts';

export interface IntakeDeps {
  self: SelfKnowledge;
  places: Places;
  echoes: Echoes;
  interactions: Interactions;
  read: (raw: unknown) => Inbound[];
  log: Logger;
  now: () => Date;
}

/** An event as the gateway brings it. */
export interface Dispatch {
  t: string;
  d: unknown;
}

export interface Intake {
  take(event: Dispatch): void;
  /** Resolves when all that was taken is stored, or was refused. */
  settled(): Promise<void>;
}

const text = z.string().catch('');
const place = z.object({ channel_id: text, content: text }).catch({ channel_id: '', content: '' });
const echo = z.object({ id: z.string(), nonce: z.coerce.string(), author: z.object({ id: z.string() }) });

/** The event with what is known of its place, and without what is secret in it. */
function rawEvent({ t, d }: Dispatch, places: Places, at: Date): RawEvent {
  const { channel_id: channelId, content } = place.parse(d);
  const { token: _, ...data } = (typeof d === 'object' && d !== null ? d : {}) as Record<string, unknown>;
  return { t, d: data, around: places.surroundings(channelId, content), at: at.toISOString() };
}

/**
 * Makes the way in. Discord keeps nothing for us and waits for no word of ours: when an event is not stored, the core
 * knows that from `emit`, and catches up as soon as the store is back.
 */
export function createIntake(deps: IntakeDeps, emit: Emit): Intake {
  const { self, places, echoes, interactions, read, log, now } = deps;
  const open = new Set<Promise<void>>();

  const store = (batch: Inbound[], channelId: string): Promise<void> => {
    const stored = emit(batch);
    const settled = stored.then(
      () => undefined,
      (error: unknown) => {
        places.noteMissed(channelId);
        log.warn({ error: describeError(error) }, 'discord: what came in is not stored');
      },
    );
    open.add(settled);
    void settled.then(() => open.delete(settled));
    return stored;
  };
  const noteEcho = (data: unknown) => {
    const { data: ours } = echo.safeParse(data);
    if (ours?.author.id === self.id) echoes.note(ours.nonce, ours.id);
  };

  return {
    take(event) {
      places.note(event.t, event.d);
      if (event.t === 'MESSAGE_CREATE') noteEcho(event.d);
      const batch = read(rawEvent(event, places, now()));
      const chosen = event.t === 'INTERACTION_CREATE' ? readChosen(event.d) : undefined;
      const stored = batch.length > 0 ? store(batch, place.parse(event.d).channel_id) : undefined;
      if (stored && chosen) void interactions.acknowledge(chosen, stored);
    },
    async settled() {
      await Promise.all(open);
    },
  };
}
