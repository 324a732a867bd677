import { Schema } from 'mongoose';
import type { AnswerState, MessageRole, Topic } from '../conversation.ts';
import type { InboundAttachment, ReplyRef } from '../message.ts';

/** An earlier text of an edited message. */
export interface Version {
  text: string;
  at: Date;
}

/** What somebody thinks of a message, in one sign. `by`: their id on the platform. */
export interface Reaction {
  by: string;
  text: string;
  at: Date;
}

/** One entry of a conversation. `key` says which event it is, so the same event gives one message (P4). */
export interface Message {
  _id: string;
  conversationId: string;
  seq: number;
  key: string;
  role: MessageRole;
  channel: string;
  chatId: string;
  /** Who wrote it, or whom it answers. */
  identityId?: string;
  author?: string;
  turnId?: string;
  /** Where it came from: an app (absent), our API, somebody's own phone. */
  origin?: 'app' | 'api' | 'phone';
  topic?: Topic;
  /** The language that it is in, as an ISO 639 code, where somebody said so. */
  language?: string;
  text: string;
  /** The platform's time of the text that it has now. */
  textAt: Date;
  edits: Version[];
  attachments: InboundAttachment[];
  reactions?: Reaction[];
  replyTo?: ReplyRef;
  externalId?: string;
  answer: AnswerState;
  deletedAt?: Date;
  model?: string;
  tokens?: { input: number; output: number };
  createdAt: Date;
}

const attachment = new Schema<InboundAttachment>(
  {
    kind: { type: String, required: true },
    externalId: { type: String, default: '' },
    name: String,
    mediaType: String,
    bytes: Number,
  },
  { _id: false },
);
const reaction = new Schema<Reaction>({ by: String, text: String, at: Date }, { _id: false });
const version = new Schema<Version>({ text: String, at: Date }, { _id: false });

export const messageSchema = new Schema<Message>({
  _id: { type: String, required: true },
  conversationId: { type: String, required: true },
  seq: { type: Number, required: true },
  key: { type: String, required: true },
  role: { type: String, enum: ['user', 'agent', 'human', 'system'], required: true },
  channel: { type: String, required: true },
  chatId: { type: String, required: true },
  identityId: String,
  author: String,
  turnId: String,
  origin: String,
  topic: String,
  language: String,
  text: { type: String, default: '' },
  textAt: { type: Date, required: true },
  edits: { type: [version], default: [] },
  attachments: { type: [attachment], default: [] },
  // Absent until there is one: hardly any message has.
  reactions: { type: [reaction], default: undefined },
  replyTo: Schema.Types.Mixed,
  externalId: String,
  answer: { type: String, enum: ['wanted', 'given', 'failed', 'stopped', 'none'], required: true },
  deletedAt: Date,
  model: String,
  tokens: Schema.Types.Mixed,
  createdAt: { type: Date, required: true },
});
messageSchema.index({ conversationId: 1, seq: 1 }, { unique: true });
messageSchema.index({ key: 1 }, { unique: true });

/** The natural key of an entry that came over our API: the request that brought it, and its place in that. */
export function apiKey(request: string, index: number): string {
  return `api:${request}:${index}`;
}

/** The natural key of what came in. */
export function inboundKey(chatId: string, externalId: string): string {
  return `in:${chatId}:${externalId}`;
}
