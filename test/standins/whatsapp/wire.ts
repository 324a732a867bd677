/** What the stand-in's server and its page say to each other, as JSON over one WebSocket. */

/** A message as WhatsApp's servers carry it. Ids are written out: `491700000001@c.us`, `10000001@lid`, `1203@g.us`. */
export interface WireMessage {
  /** The tail that all copies of a message share, whichever id its chat is shown under. */
  id: string;
  chat: string;
  fromMe: boolean;
  /** Groups: who wrote it. */
  author?: string;
  name: string;
  type: string;
  body: string;
  /** Seconds. */
  t: number;
  ack: number;
  /** Of a message that was deleted for everybody: the id that it had. */
  original?: string;
  /** Further fields of the page's model: mentions, what it quotes, files. */
  more?: Record<string, unknown>;
}

export interface WireChat {
  id: string;
  title: string;
  t: number;
  participants?: string[];
}

/** One human: by phone, by LID, or both. */
export interface WirePerson {
  phone?: string;
  lid?: string;
  name: string;
}

/** What a paired page is told when it connects. */
export interface WireAccount {
  me: WirePerson;
  people: WirePerson[];
  chats: WireChat[];
  /** The newest of each chat; earlier ones are fetched. */
  messages: WireMessage[];
}

export type ToPage =
  | { kind: 'unpaired'; ref: string }
  | { kind: 'ref'; ref: string }
  | { kind: 'paired'; token: string; account: WireAccount; isEarly: boolean }
  | { kind: 'message'; message: WireMessage; chat: WireChat }
  | { kind: 'change'; id: string; changes: Record<string, unknown> }
  | { kind: 'revoke'; original: string; id: string; author?: string }
  | { kind: 'reaction'; id: string; text: string; from: string; t: number }
  | { kind: 'person'; person: WirePerson }
  | { kind: 'state'; state: string }
  | { kind: 'logout' }
  | { kind: 'hang' }
  | { kind: 'frame' }
  | { kind: 'reload'; isBroken: boolean; isStuck: boolean }
  | { kind: 'result'; call: number; value: unknown };

export type FromPage =
  | { kind: 'hello'; token?: string }
  | { kind: 'call'; call: number; method: PageMethod; args: unknown[] }
  | { kind: 'unknownModule'; name: string }
  | { kind: 'begun' };

/** `send` a message, whether a number `exists`, `earlier` messages, a pairing `code`, a new `ref`, that we are `typing`. */
export type PageMethod = 'send' | 'exists' | 'earlier' | 'code' | 'ref' | 'typing';

/** What the servers say of a send; no answer at all is possible too. */
export type SendResult = { ack: number } | { error: string };
