/**
 * The words of Pantheon. They mean the same in code, API, log and page.
 *
 * - channel: a messaging app that we speak; in bodies and filters of the API the word is `app`
 * - account: one bot, workspace app or number on a channel
 * - chat: their place: a direct chat, group or thread on a platform
 * - identity: one human on one channel; belongs to a person
 * - person: a human; has one or more identities
 * - conversation: our place: one history. A person's direct conversation may span many chats
 * - message: one entry of a conversation, in or out, with its place `seq`
 * - turn: one run of the agent for one chat: the messages it took, the reply it made
 * - delivery: one text on its way to one chat; has parts
 * - notice: a delivery without a message: what a command answers
 *
 * `id` is always ours; `externalId` is always the platform's and opaque outside its adapter.
 */

/** What kind of place a chat is. A thread has its own conversation, as a group has. */
export type ChatKind = 'direct' | 'group';

/** A chat as an adapter names it. `threadId` is empty outside threads. */
export interface ChatRef {
  /** The bot, app or number on whose account the chat is. */
  account: string;
  externalId: string;
  threadId: string;
  kind: ChatKind;
  title?: string;
}

/** One human as an adapter sees them. */
export interface Sender {
  /** All native ids of this human (WhatsApp knows one by phone and by LID); at least one. */
  externalIds: string[];
  /** The space in which those ids are unique (a Slack team), else empty. */
  realm: string;
  /** The name they show; may be empty. */
  name: string;
  /** Their app's language as a BCP 47 tag, where the platform tells. */
  language?: string;
  /** They sit at this machine: the built-in person `local`, whichever local way they take. */
  isLocal?: boolean;
}

/** What a file is, as far as a person is concerned. */
export type AttachmentKind = 'image' | 'voice' | 'audio' | 'video' | 'document' | 'sticker' | 'location' | 'contact';

/** A file that came with a message: recorded, not yet fetched. */
export interface InboundAttachment {
  kind: AttachmentKind;
  /** The platform's id by which the file can be fetched; empty where there is no file (a location). */
  externalId: string;
  name?: string;
  mediaType?: string;
  bytes?: number;
}

/** The message that a message answers. `text` is quoted when it is somebody else's, so that the agent sees it. */
export interface ReplyRef {
  externalId: string;
  text?: string;
  author?: string;
}

/**
 * How a message came to be meant for us. In a group nothing else is stored. `thread`: it only follows in a thread,
 * and is meant for us if we take part in that thread already (its chat is known); else it is dropped. `before`: an edit
 * that does not speak to us, and is meant for us if what it changes was (it is stored); else it is dropped.
 */
export type AddressedBy = 'direct' | 'mention' | 'reply' | 'command' | 'thread' | 'before';

/** Something was said to us. */
export interface InboundMessage {
  kind: 'message';
  /** When the platform says that it was said. */
  at: Date;
  chat: ChatRef;
  externalId: string;
  from: Sender;
  /** Our own mention is removed; a command to us begins with `/` and has no bot name. May be empty with attachments. */
  text: string;
  attachments: InboundAttachment[];
  addressedBy: AddressedBy;
  replyTo?: ReplyRef;
  /** The account's own human wrote it by hand, in their app. */
  origin?: 'phone';
  /** Said on the account's side, not to us: kept in the history and never answered. `from` is whom a direct chat is with. */
  isOwn?: boolean;
  /** How its chat and it may have been called before: what is stored under these ids is the same message. */
  formerly?: { chat: string; externalId: string };
  /** For so long from `at` on nothing is answered in this chat: somebody does it by hand. */
  quietMs?: number;
}

/** A message said something else since `editedAt`. Carries the whole message: it may come before its original. */
export interface InboundEdit extends Omit<InboundMessage, 'kind'> {
  kind: 'edit';
  editedAt: Date;
}

/** A message was taken back. */
export interface InboundDeletion {
  kind: 'deletion';
  at: Date;
  chat: ChatRef;
  externalId: string;
}

/** A human blocked us, or let us in again. */
export interface InboundReachable {
  kind: 'reachable';
  at: Date;
  chat: ChatRef;
  from: Sender;
  reachable: boolean;
}

/** A chat goes on under another id (a Telegram group became a supergroup). */
export interface InboundChatMoved {
  kind: 'chatMoved';
  at: Date;
  chat: ChatRef;
  toExternalId: string;
}

/** Somebody reacted to a message, or took it back (`text` is empty then). Recorded; nobody waits for an answer. */
export interface InboundReaction {
  kind: 'reaction';
  at: Date;
  chat: ChatRef;
  /** The message that it is about. */
  externalId: string;
  from: Sender;
  text: string;
}

/** How far a message of ours has come. Receipts come late, twice and in any order. */
export interface InboundReceipt {
  kind: 'receipt';
  at: Date;
  chat: ChatRef;
  externalId: string;
  state: 'sent' | 'delivered' | 'read' | 'failed';
}

/**
 * What was said between `at` and `until` may not all have come to us: `Channel.catchUp` is to fetch it when that is over.
 * `isGuess`: nothing tells that anything is missing, so what cannot be fetched is no gap.
 */
export interface InboundMissed {
  kind: 'missed';
  at: Date;
  until: Date;
  account: string;
  isGuess?: boolean;
}

/** An event that should have been readable and was not: kept raw, shown, and replayable after a fix. */
export interface InboundUnread {
  kind: 'unread';
  at: Date;
  account: string;
  /** Unique among the account's events. */
  externalId: string;
  raw: unknown;
  reason: string;
  /** `raw` is an `Inbound` that our own code could not store, not an event in the platform's form. */
  isInbound?: boolean;
}

/** Everything that an adapter may tell us. */
export type Inbound =
  | InboundMessage
  | InboundEdit
  | InboundDeletion
  | InboundReaction
  | InboundReceipt
  | InboundReachable
  | InboundChatMoved
  | InboundMissed
  | InboundUnread;
