/** Saying a text, and finding out what became of it. */
import type { Client } from './library.ts';
import { pageOf } from './library.ts';
import { findMessage, isIdUsed, useId } from './page.ts';
import type { Both, FailureCode, Gives, Takes } from './protocol.ts';

/** A call that was not carried out, and certainly so unless its code is `broke`. */
export class CallFailure extends Error {
  readonly code: FailureCode;

  constructor(code: FailureCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** A session that is ready: one browser, one account. */
export interface Ready {
  client: Client;
  me: Both;
  looksUp: boolean;
  /** Since when it has seen everything, in seconds. */
  since: number;
}

/** Longer than a page that works takes to look up a chat. */
const TAKE_ID_MS = 15_000;

export interface Sends {
  send(ready: Ready, said: Takes<'send'>): Promise<Gives<'send'>>;
  find(ready: Ready, asked: Takes<'find'>): Promise<Gives<'find'>>;
}

function ownIds({ phone, lid }: Both): string[] {
  return [phone, lid].filter((id) => id !== undefined);
}

/** Resolves when the page has made the message of this id, which it tells before the servers have it. */
function whenMade(client: Client, id: string): { made: Promise<void>; stop: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = (message: { id: { id: string } }) => message.id.id === id && resolve();
  client.on('message_create', look);
  return { made: promise, stop: () => void client.off('message_create', look) };
}

/** A send that the page has begun, or will not begin. */
interface Begun {
  sending: Promise<{ ack: number; id: { id: string } } | undefined>;
  isMade: boolean;
}

/** Makes the sends. `end`: the page takes messages no more, and must be begun again. */
export function createSends(end: (reason: string) => void): Sends {
  const underWay = new Set<string>();
  /** Said under ids that are not theirs: that they are not found proves nothing. */
  const astray = new Set<string>();
  let last: Promise<unknown> = Promise.resolve();

  const begin = async ({ client, me }: Ready, { chat, text, id, quotes }: Takes<'send'>): Promise<Begun> => {
    const page = pageOf(client);
    const quoted = quotes === undefined ? null : await page.evaluate(findMessage, [chat], quotes, ownIds(me));
    await page.evaluate(useId, id);
    const { made, stop } = whenMade(client, id);
    const hung = setTimeout(() => end('the page does not take messages'), TAKE_ID_MS);
    const sending = client.sendMessage(chat, text, {
      waitUntilMsgSent: true,
      sendSeen: false,
      linkPreview: false,
      parseVCards: false,
      ...(quoted && { quotedMessageId: quoted.id }),
    }) as Begun['sending'];
    await Promise.race([made, sending.catch(() => undefined)]);
    clearTimeout(hung);
    stop();
    return { sending, isMade: await page.evaluate(isIdUsed) };
  };

  /** One at a time until the page has taken the id; the servers may then take as long as they like. */
  const inTurn = (ready: Ready, said: Takes<'send'>): Promise<Begun> => {
    const begun = last.then(() => begin(ready, said));
    last = begun.catch(() => undefined); // whoever asked is told; the next one goes on all the same
    return begun;
  };

  const strayed = (id: string): CallFailure => {
    astray.add(id);
    return new CallFailure('broke', 'The page sent a message under an id that is not ours.');
  };

  const settle = async ({ sending, isMade }: Begun, id: string): Promise<Gives<'send'>> => {
    if (isMade) {
      const message = await sending;
      const ack = message?.ack ?? 0;
      if (ack < 0) throw new CallFailure('refused', "WhatsApp's servers did not take this message.");
      if (message && message.id.id !== id) throw strayed(id);
      return { ack };
    }
    const message = await sending.catch((error: unknown) => {
      throw new CallFailure('not_ready', `WhatsApp's page could not begin to send: ${String(error)}`);
    });
    if (message) throw strayed(id);
    throw new CallFailure('not_on_whatsapp', 'This number is not on WhatsApp.');
  };

  return {
    async send(ready, said) {
      underWay.add(said.id);
      try {
        return await settle(await inTurn(ready, said), said.id);
      } finally {
        underWay.delete(said.id);
      }
    },
    async find({ client, me, since }, asked) {
      const isGroup = asked.chat.endsWith('@g.us');
      const [other] = isGroup ? [] : await client.getContactLidAndPhone([asked.chat]);
      const chats = [...new Set([asked.chat, other?.pn, other?.lid])].filter((id) => id !== undefined);
      const found = await pageOf(client).evaluate(findMessage, chats, asked.id, ownIds(me));
      const isProof = asked.since > since && !underWay.has(asked.id) && !astray.has(asked.id);
      return { ack: found?.ack ?? null, isProof };
    },
  };
}
