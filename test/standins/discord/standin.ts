/** The outside of the Discord stand-in: what a test does as people and reads of the bot. */
import type { Standin } from '../standin.ts';
import type { Limits } from './buckets.ts';
import type { Fault } from './faults.ts';
import type { Gateway } from './gateway.ts';
import type { Interaction } from './interactions.ts';
import type { Call, Records } from './record.ts';
import type { Channel, Guild, Message, Role, User } from './world.ts';

/** Settings of a stand-in; all have defaults. */
export interface DiscordOptions {
  token?: string;
  /** Milliseconds between heartbeats. */
  heartbeatMs?: number;
  /** Milliseconds since the epoch. */
  now?: () => number;
}

/** Any fields of a message; the place is the direct chat with `from` unless another is named. */
export type SayFields = Partial<Message> & {
  from: User;
  channel?: Channel;
  replyTo?: Message;
  /** Whether a reply mentions whom it answers, as Discord does unless it is switched off. */
  pings?: boolean;
  /** When it was said; now unless it is given. */
  at?: number;
};

/** A command that somebody chooses in Discord's list. */
export interface ChooseFields {
  from: User;
  channel?: Channel;
  name: string;
  argument?: string;
  [field: string]: unknown;
}

/** Discord for one bot. Its `limits` are Discord's own until a test changes them. */
export interface DiscordStandin extends Standin<Call, Fault, Limits>, Readonly<Records> {
  /** `http://127.0.0.1:PORT/api`. */
  readonly apiUrl: string;
  readonly token: string;
  readonly bot: User;
  readonly gateway: Gateway;

  person(fields?: Partial<User>): User;
  /** A server in which the bot is from its next session on, or from `enter` on. */
  guild(name?: string): Guild;
  /** Tells the bot that it is in the server now. */
  enter(guild: Guild): void;
  /** The role of the server that is the bot's alone. */
  roleOf(guild: Guild): Role;
  channel(guild: Guild, fields?: Partial<Channel>): Channel;
  thread(parent: Channel, name?: string): Channel;
  /** Somebody begins a thread at a message. */
  threadAt(message: Message, from: User, name?: string): Channel;
  direct(person: User): Channel;
  say(fields: SayFields): Message;
  edit(message: Message, content: string): Message;
  /** Discord adds a preview to a message, and tells so as if it had been edited. */
  showPreview(message: Message): void;
  delete(message: Message): void;
  deleteMany(messages: Message[]): void;
  choose(fields: ChooseFields): Interaction;
  /** Tells the bot anything. */
  dispatch(t: string, d: object): void;

  readonly interactions: readonly Interaction[];
  /** The bot's list of commands, as Discord keeps it. */
  readonly commands: readonly object[];
  messagesIn(channel: Channel): Message[];
  sentTo(channel: Channel): Message[];
  /** Discord knows no nonce any more, as after some minutes. */
  forgetNonces(): void;
}
