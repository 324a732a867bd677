import { Schema } from 'mongoose';
import { API_APP } from '../conversation.ts';
import type { ChatKind, ChatRef } from '../message.ts';

/** A place on a platform. Its id is its natural key. */
export interface Chat {
  _id: string;
  channel: string;
  account: string;
  externalId: string;
  threadId: string;
  kind: ChatKind;
  title?: string;
  /** Groups and threads have a conversation of their own. */
  conversationId?: string;
  /** Direct chats belong to somebody. */
  identityId?: string;
  /** The chat goes on under this id. */
  movedTo?: string;
  /** Something said before was erased: an event from before is looked for among the tombstones. */
  notBefore?: Date | null;
  /** When something was said here, to the day: which groups to ask for what was missed. */
  activeAt?: Date;
  /** What is said here until then is answered by hand, not by the agent. */
  quietUntil?: Date;
  createdAt: Date;
}

export const chatSchema = new Schema<Chat>({
  _id: { type: String, required: true },
  channel: { type: String, required: true },
  account: { type: String, required: true },
  externalId: { type: String, required: true },
  threadId: { type: String, default: '' },
  kind: { type: String, enum: ['direct', 'group'], required: true },
  title: String,
  conversationId: String,
  identityId: String,
  movedTo: String,
  notBefore: Date,
  activeAt: Date,
  quietUntil: Date,
  createdAt: { type: Date, required: true },
});
chatSchema.index({ identityId: 1 });
chatSchema.index({ channel: 1, account: 1, activeAt: 1 });

/** The natural key of a chat: channel, account, the platform's id and thread. */
export function chatKey(channel: string, chat: Pick<ChatRef, 'account' | 'externalId' | 'threadId'>): string {
  return [channel, chat.account, chat.externalId, chat.threadId].map(encodeURIComponent).join(':');
}

/** The key of the chat of a person who speaks over the API. */
export function apiChatKey(personId: string): string {
  return chatKey(API_APP, { account: API_APP, externalId: personId, threadId: '' });
}

/** What a chat's natural key says: enough to send there without reading the chat. */
export function parseChatKey(key: string): Pick<Chat, 'channel' | 'account' | 'externalId' | 'threadId'> {
  const [channel = '', account = '', externalId = '', threadId = ''] = key.split(':').map(decodeURIComponent);
  return { channel, account, externalId, threadId };
}
