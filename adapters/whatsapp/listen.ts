/** Keeping WhatsApp up: one life of the child after the other. */
import type { Channel, Emit } from '#src/channel.ts';
import { UnavailableError, describeError } from '#src/errors.ts';
import type { Logger } from '#src/log.ts';
import type { Inbound } from '#src/message.ts';
import { pause } from '#src/waiting.ts';
import type { WhatsappConfig } from './config.ts';
import { pauseAfter, verdictOn } from './ends.ts';
import { type Held, live } from './life.ts';
import type { PhoneWatch } from './phone.ts';

/** What listening needs. */
export interface ListenDeps {
  config: WhatsappConfig;
  held: Held;
  phone: PhoneWatch;
  /** Reads an event, and leaves out what is not let in. */
  take: (raw: unknown) => Inbound[];
  log: Logger;
}

/**
 * Stores events in the order in which they happened. WhatsApp keeps nothing for us: what is not stored is read again
 * from its chat as soon as the store is back, which the core sees to.
 */
function createIntake({ take, log }: ListenDeps, emit: Emit): (event: unknown) => void {
  let last = Promise.resolve();
  return (event) => {
    const batch = take(event);
    if (batch.length === 0) return;
    last = last
      .then(() => emit(batch))
      .catch((error: unknown) => log.warn({ error: describeError(error) }, 'whatsapp: what came in is not stored'));
  };
}

/**
 * Makes `Channel.listen`. Begins the child again for ever, after a pause that grows while it never gets ready; rejects
 * only when WhatsApp has banned the number.
 */
export function createListen(deps: ListenDeps): NonNullable<Channel['listen']> {
  const { config, held, phone, log } = deps;
  const linked = () => phone.seen(new Date());
  const warning = () => phone.warning(new Date());
  return async (emit, report, signal) => {
    const store = createIntake(deps, emit);
    held.isHere = true;
    try {
      for (let failures = 0; !signal.aborted;) {
        if (failures === 0) report({ state: 'starting' });
        const { reason, wasReady } = await live({ config, held, report, take: store, linked, warning, log }, signal);
        if (signal.aborted) return;
        const { action, isUnlinked, isFinal, restMs } = verdictOn(reason);
        log.warn({ reason }, 'whatsapp: the browser has ended');
        if (isUnlinked) await phone.forget();
        report({ state: isFinal ? 'failed' : 'reconnecting', action });
        if (isFinal) throw new UnavailableError(action, { certain: true, code: 'banned' });
        failures = wasReady ? 1 : failures + 1;
        await pause(Math.max(restMs, pauseAfter(failures)), signal);
      }
    } finally {
      held.isHere = false;
    }
  };
}
