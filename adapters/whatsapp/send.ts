/** What we say on WhatsApp, and what became of it. */
import type { Channel, Sent } from '#src/channel.ts';
import { UnavailableError } from '#src/errors.ts';
import { within as bounded } from '#src/waiting.ts';
import type { Gate } from './access.ts';
import type { Both, CallName, Gives, Takes } from './child/protocol.ts';
import type { Child } from './child.ts';
import { asChannelError, elsewhere, notReady } from './errors.ts';
import { messageIdIn, messageIdOf } from './ids.ts';
import type { Held } from './life.ts';

/** No call but a send, whose time is the core's, waits longer. */
const CALL_MS = 15_000;

/** Asks the child that is ready. Throws a `ChannelError`. */
export type Ask = <Name extends CallName>(name: Name, takes: Takes<Name>, signal: AbortSignal) => Promise<Gives<Name>>;

interface Ready {
  child: Child;
  me: Both;
}

/** The child and the account, if they are here and connected; else the error that says what that means. */
function readyOf({ isHere, isReady, child, me }: Held): Ready {
  if (!isHere) throw elsewhere();
  if (!isReady || !child || !me) throw notReady();
  return { child, me };
}

export function createAsk(held: Held): Ask {
  return async (name, takes, signal) => {
    const { child } = readyOf(held);
    try {
      return await child.call(name, takes, signal);
    } catch (error) {
      throw asChannelError(error);
    }
  };
}

/** Bounds a call of ours. */
export function within(signal: AbortSignal): AbortSignal {
  return bounded(CALL_MS, signal);
}

function pending(): UnavailableError {
  return new UnavailableError("WhatsApp's page has the message, but not yet the servers' word that they do.", {
    certain: false,
    code: 'no_answer',
  });
}

/** Makes `Channel.send`: resolves when WhatsApp's servers have it. */
export function createSend(held: Held, ask: Ask, gate: Gate): Channel['send'] {
  return async ({ chat, text, key, replyTo }, signal) => {
    gate.assertWritable(chat, readyOf(held).me);
    const id = messageIdOf(key);
    const quotes = replyTo === undefined ? {} : { quotes: messageIdIn(replyTo) };
    const sending = ask('send', { chat: chat.externalId, text, id, ...quotes }, signal);
    held.underWay.add(sending);
    try {
      const { ack } = await sending;
      if (ack < 1) throw pending();
      return { externalId: id };
    } finally {
      held.underWay.delete(sending);
    }
  };
}

/**
 * Makes `Channel.lookUp`. The page is asked for the message by its id. That it is not there proves something only if
 * the page has been running since before the send: a browser that was killed forgets its last seconds.
 */
export function createLookUp(ask: Ask): NonNullable<Channel['lookUp']> {
  return async ({ chat, key }, sentAt, signal): Promise<Sent | 'absent'> => {
    const id = messageIdOf(key);
    const since = sentAt.getTime() / 1000;
    const { ack, isProof } = await ask('find', { chat: chat.externalId, id, since }, within(signal));
    if (ack !== null && ack >= 1) return { externalId: id };
    if (ack !== null && ack < 0) return 'absent';
    if (ack === null && isProof) return 'absent';
    throw pending();
  };
}
