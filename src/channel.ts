/**
 * The contract between Pantheon and a messaging app: all that the core knows of any channel.
 *
 * Required is what every channel can do; a further ability is a member that is there. A new channel is one folder
 * below `adapters/` and one line in `adapters/index.ts`.
 */
import type { Logger } from './log.ts';
import type { ChatRef, Inbound, Sender } from './message.ts';

/** What a platform lets us count on; printed as the guarantee table. */
export interface Abilities {
  /** How long the platform keeps giving us an event that we did not acknowledge. */
  redelivers: string;
  /** What removes doubles of what we send, if anything does. */
  deduplicates: 'nothing' | 'key';
  /** Whether an unknown send can be looked up afterwards. */
  readsBack: boolean;
  /** The delivery states that a send can ever reach, beyond `queued` and `sending`. */
  states: readonly ('sent' | 'delivered' | 'read')[];
}

/** One part of a delivery, ready to be said. */
export interface OutboundPart {
  chat: ChatRef;
  /** In the platform's own markup, as `format` gave it. */
  text: string;
  /** Ours, the same at each try of the same part. */
  key: string;
  /** The platform's id of the message that this answers; groups only. */
  replyTo?: string;
}

/** A part that may have arrived, as it was sent. */
export interface SoughtPart extends OutboundPart {
  /** To be asked right before it is said again to find out: nothing is said that is wanted no more. Absent: it is. */
  isStillWanted?(): Promise<boolean>;
}

/** What the platform said of a part that it took. */
export interface Sent {
  externalId: string;
}

/** Somebody, named as in what they write themselves, and the direct chat with them. */
export interface Direct {
  from: Sender;
  chat: ChatRef;
}

/** A web request from a platform (or our own page), as the HTTP layer read it. */
export interface WebhookRequest {
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Buffer;
  /** Who our own session says is calling; absent when there is no session. */
  visitor?: Visitor;
}

/** Somebody at our own page. */
export interface Visitor {
  externalId: string;
  /** The caller is on this machine (interface.md, `OPEN_API`). */
  isLocal: boolean;
}

/** What a platform gets as the answer to its web request. */
export interface WebhookResult {
  status: number;
  body?: unknown;
}

/** Hands events to the core. Resolves when all of them are stored; only then may the platform be told so. */
export type Emit = (batch: Inbound[]) => Promise<void>;

/** The states of an account's connection, as an admin sees them. */
export type ChannelState = 'off' | 'starting' | 'pairing' | 'ready' | 'reconnecting' | 'paused' | 'failed';

/** What an adapter says of itself. `action` is what the admin must do, as a sentence. */
export interface ChannelReport {
  state: ChannelState;
  action?: string;
  /** What links the account to us, while it is not: a QR to be scanned, or a code to be typed there (`qr` is empty). */
  pairing?: { qr: string; code?: string; expiresAt: Date };
}

/** What a channel last said of itself, and since when its state is that. */
export interface ChannelStatus extends ChannelReport {
  since: Date;
}

/** One account on one messaging app. */
export interface Channel {
  readonly name: string;
  readonly account: string;
  readonly abilities: Abilities;
  /** How often we may send: a second overall, per direct chat and per group. Absent: the platform sets no limit. */
  readonly pace?: Pace;

  /**
   * Turns Markdown into the texts of the parts, in order. Pure. Gives at least one part for any text that is not
   * blank; no part is longer than the platform takes, code fences stay whole, nothing is lost.
   */
  format(markdown: string): string[];

  /**
   * Says a part and resolves once the platform has accepted it. Throws a `ChannelError`, and its class tells
   * the caller whether trying again can help. Ends at once when `signal` is aborted.
   */
  send(part: OutboundPart, signal: AbortSignal): Promise<Sent>;

  /** Reads one raw event, as `unread` keeps it. Pure: the same event gives the same result at any time. */
  read?(raw: unknown): Inbound[];

  /** Answers a web request of the platform. `emit` has resolved before it does. Throws `SignatureError` for a forged one. */
  receive?(request: WebhookRequest, emit: Emit): Promise<WebhookResult>;

  /**
   * Holds the platform's connection until `signal` is aborted; then resolves. Called in one process at a time.
   * Rejects only when trying again is useless (a revoked token); waits and tries again by itself otherwise.
   */
  listen?(emit: Emit, report: (report: ChannelReport) => void, signal: AbortSignal): Promise<void>;

  /** Shows that an answer is being made, for some seconds. Best effort. */
  typing?(chat: ChatRef, signal: AbortSignal): Promise<void>;

  /** How an answer in the making is shown in this chat; absent, or `undefined` from it: only by `typing`. */
  preview?(chat: ChatRef): Preview | undefined;

  /**
   * Looks whether a part whose outcome is not known has arrived: `Sent` when it is there, `'absent'` when the
   * platform's answer proves that it is not (and never will be). Throws a `ChannelError` when it cannot be told.
   */
  lookUp?(part: SoughtPart, sentAt: Date, signal: AbortSignal): Promise<Sent | 'absent'>;

  /**
   * Finds somebody by an id of theirs on this app, and opens the direct chat with them if need be. Throws a
   * `ChannelError`; `RejectedError`: there is nobody to write to. Absent: the chat has their id.
   */
  openDirect?(externalId: string, signal: AbortSignal): Promise<Direct>;

  /**
   * A link that opens a talk with us here and hands us `code`, as `/start CODE`. `base`: our own address, for
   * channels whose place that is. `undefined`: cannot be said now.
   */
  startLink?(code: string, base: string): Promise<string | undefined>;

  /**
   * Fetches what was said since and was perhaps not told to us, oldest first, through `emit`. Harmless when
   * repeated, and bounded: what it leaves out, or may not read, it returns. `chats`: those that we know of, for
   * platforms that do not list theirs. Throws a `ChannelError` when it could not be done; it is called again then.
   */
  catchUp?(missed: { since: Date; chats: readonly ChatRef[] }, emit: Emit, signal: AbortSignal): Promise<Gap[]>;

  /** Says a probing word to the platform with the account's cheapest read; throws what `send` would. */
  probe?(signal: AbortSignal): Promise<void>;
}

/** An answer that people see growing. */
export type Preview = DraftPreview | EditPreview;

/** The platform shows a draft that is gone by itself and leaves nothing behind. */
export interface DraftPreview {
  kind: 'draft';
  /** At most one call in so many milliseconds. */
  everyMs: number;
  /** Shows the answer as far as it is made. `key`: the same for each draft of one answer. Best effort. */
  show(markdown: string, key: string, signal: AbortSignal): Promise<void>;
}

/** A message is sent with the first words, and edited as they come. It becomes part 0 of the delivery. */
export interface EditPreview {
  kind: 'edit';
  everyMs: number;
  /** Replaces the text of a message of ours. `text` as `format` gave it. Throws what `send` throws. */
  edit(externalId: string, text: string, signal: AbortSignal): Promise<void>;
  /** Takes a message of ours back. One that is gone already is no error. */
  remove(externalId: string, signal: AbortSignal): Promise<void>;
}

/** A time of a chat of which we do not know everything. */
export interface Gap {
  chat: ChatRef;
  from: Date;
  to: Date;
}

/** A command that people may type, for platforms that list such commands themselves. */
export interface CommandInfo {
  name: string;
  description: string;
  /** The one argument that it takes, if any. */
  argument?: { name: string; description: string };
}

/** Sends a second, with bursts. */
export interface Pace {
  account: { perSecond: number; burst: number };
  direct: { perSecond: number; burst: number };
  group: { perSecond: number; burst: number };
  /** Edits of our own messages over the whole account, where the platform counts them apart. */
  edits?: { perSecond: number; burst: number };
}

/** The environment's variables. */
export type Env = Readonly<Record<string, string | undefined>>;

/** What an adapter gets from us besides the environment. */
export interface ChannelPorts {
  log: Logger;
  /** Our address as seen from outside, without a final slash; absent when there is none. */
  publicUrl?: string;
  /** The commands that can be typed. */
  commands: readonly CommandInfo[];
}

/**
 * Makes the channel from the environment; `undefined` when nothing of it is configured. The platform's library is
 * imported only when it is. Throws `ConfigError` when it is half configured.
 */
export type ChannelFactory = (env: Env, ports: ChannelPorts) => Promise<Channel | undefined>;
