/** The outside of the Telegram stand-in: what a test does as people and reads of the bot. */
import type { Chat, Message, User } from 'grammy/types';
import type { Standin } from '../standin.ts';
import type { Fault } from './faults.ts';
import type { Limits } from './limits.ts';
import type { Call, Records, SentMessage } from './record.ts';
import type { GroupFields, PersonFields } from './world.ts';

/** Settings of a stand-in; all have defaults. */
export interface TelegramOptions {
  token?: string;
  username?: string;
  port?: number;
  /** Milliseconds since the epoch; a test may move it to see updates expire. */
  now?: () => number;
  /** The wait after a webhook's second failure, from which it doubles. */
  webhookRetryMs?: number;
}

/** Any fields of a message; the chat is the private one with `from` unless another is named. */
export type SayFields = Partial<Omit<Message, 'from' | 'chat'>> & { from?: User; chat?: Chat };

/** Telegram for one bot. It has no `limits` until they are set; the fault of any method spares `getUpdates`. */
export interface TelegramStandin extends Standin<Call, Fault, Limits>, Readonly<Records> {
  /** `http://127.0.0.1:PORT`, without a final slash. */
  readonly apiRoot: string;
  readonly token: string;
  readonly botId: number;
  readonly username: string;
  readonly bot: User;

  person(fields?: PersonFields): User;
  /** A group, forum or channel in which the bot is already. */
  group(fields?: GroupFields): Chat;
  /** A new topic of a forum; gives its `message_thread_id`. */
  topic(forum: Chat): number;
  /** Opens the private chat without a word, so that the bot may write first. */
  openChat(person: User): Chat;
  /** Says something and queues its update: `message`, or `channel_post` in a channel. */
  say(fields: SayFields): Message;
  /** Changes a message that was said and queues `edited_message` or `edited_channel_post`. */
  edit(message: Message, fields: Partial<Message>): Message;
  /** Keeps a file as one that a person sent; gives its `file_id`. */
  file(name: string, data: Buffer | string): string;
  /** Queues any update, malformed ones too. Gives its id, or `undefined` when `allowed_updates` keeps it out. */
  push(update: object): number | undefined;
  /** Gives confirmed updates once more, under the same ids. */
  redeliver(...updateIds: number[]): void;
  redeliverAll(): void;
  /** The person blocks the bot: `my_chat_member`, and 403 to what it sends. */
  block(person: User): void;
  unblock(person: User): void;
  /** The bot is thrown out of a group. */
  kick(group: Chat): void;
  /** The group becomes a supergroup: two service messages, and 400 with `migrate_to_chat_id` in the old place. */
  migrate(group: Chat): Chat;

  /** Ids of all updates ever queued, oldest first. */
  readonly updateIds: readonly number[];
  /** Updates that are not yet confirmed. */
  readonly pending: number;
  /** Whether a long poll is open at this moment. */
  readonly isPolled: boolean;
  /** What is seen in a chat now, people's and the bot's. */
  messagesIn(chat: Chat | number): Message[];
  sentTo(chat: Chat | User | number): SentMessage[];
}
