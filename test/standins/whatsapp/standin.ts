/** The outside of the WhatsApp stand-in: what a test does as people and the phone, and reads of what we did. */
import type { WireMessage } from './wire.ts';
import type { Group, Person } from './world.ts';

/** A message that the page sent. */
export interface SentMessage {
  id: string;
  chat: string;
  body: string;
  quotedId?: string;
}

/**
 * What becomes of the next send. `silent`: taken, and no answer comes. `lost`: neither taken nor answered.
 * `refused`: the servers say no.
 */
export type SendFault = 'silent' | 'lost' | 'refused';

export interface SayOptions {
  /** In a group, and in its own words. */
  in?: Group;
  /** Who is mentioned; the text has `@USER` of the id that is used. */
  mentions?: Person[];
  /** The message that it answers. */
  quotes?: WireMessage;
  /** The chat is shown under the LID, or twice: under both ids. */
  as?: 'phone' | 'lid' | 'both';
  /** Fields of the page's model: files, places. */
  more?: Record<string, unknown>;
  type?: string;
  /** Seconds. */
  t?: number;
}

/** The owner's phone. */
export interface Phone {
  /** Links the browser that shows this QR. */
  scan(qr: string): void;
  /** Links the browser that shows this code. */
  enter(code: string): void;
  /** The owner writes by hand: to somebody, to a group, or to themselves. */
  say(to: Person | Group, text: string, options?: SayOptions): WireMessage;
  /** Ends the link. */
  unlink(): void;
}

export interface WhatsappStandin {
  readonly owner: Person;
  readonly phone: Phone;
  /** What makes Chromium take this server for web.whatsapp.com, and reach nothing else. */
  readonly browserArgs: string[];
  /** What the page sent and the servers took, in order. */
  readonly sent: readonly SentMessage[];
  /** What the page shows that it is typing in. */
  readonly typing: readonly string[];
  /** Modules that the library asked for and the page does not have. */
  readonly unknownModules: readonly string[];
  /** Whom the servers were asked for, in order. */
  readonly lookedUp: readonly string[];
  /** The reference in the QR that is shown now, and the code. */
  readonly ref: string;
  readonly code: string | undefined;
  /** By which linked browsers prove themselves. */
  readonly tokens: readonly string[];
  /** How often the library has begun in a page. */
  readonly begun: number;
  /** Pages that are connected. */
  readonly pages: number;
  /** `isHidden`: only their LID is known until they are revealed. */
  addPerson(name: string, options?: { isHidden: boolean }): Person;
  reveal(person: Person): void;
  addGroup(title: string, participants: Person[]): Group;
  say(from: Person, text: string, options?: SayOptions): WireMessage;
  /** What somebody said to us, in order. */
  saidBy(person: Person): readonly WireMessage[];
  edit(message: WireMessage, text: string): void;
  /** Deleted for everybody, by whoever wrote it or by an admin of the group. */
  revoke(message: WireMessage, by?: Person): void;
  react(from: Person, message: { id: string }, text: string): void;
  /** Tells how far a message of ours has come: 2 device, 3 read, -1 error. */
  ack(id: string, ack: number): void;
  /** How many messages of each chat a page is given when it connects; 10 unless set. */
  known: number;
  /** A page that connects is in step with the phone before the library listens for that. */
  isEarly: boolean;
  /** Numbers that are not on WhatsApp. */
  strangers: Set<string>;
  /** Numbers as people write them, and as they are here. */
  spellings: Map<string, string>;
  /** Ids of whom the servers cannot say who they are. */
  unclear: Set<string>;
  /** The codes and QRs of a browser that is not linked are over. */
  idle(): void;
  /** A state such as CONFLICT or TOS_BLOCK. */
  state(state: string): void;
  /** Resolves when a send has met it. */
  faultNext(fault: SendFault): Promise<void>;
  /**
   * The page is loaded anew. `isBroken`: as one in which the library finds nothing that it knows. `isForgotten`: as one
   * that no phone has linked. `isStuck`: as one that connects, and is never in step with the phone.
   */
  reload(how?: { isBroken?: boolean; isForgotten?: boolean; isStuck?: boolean }): void;
  /** Each page loads a frame, as WhatsApp's does for its own purposes. */
  loadFrame(): void;
  /** Makes the page's thread busy for ever. */
  hang(): void;
  /** From now on a browser waits so long for the page. */
  slow(delayMs: number): void;
  /** Cuts the pages off; they connect again. */
  cut(): void;
  /** The servers cannot be reached any more; then they can again. */
  down(): void;
  up(): void;
  waitFor<T>(predicate: (standin: WhatsappStandin) => T | undefined | false, deadlineMs?: number): Promise<T>;
  stop(): Promise<void>;
}
