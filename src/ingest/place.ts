/** Where was it said? The chat as we keep it, and the conversation that it belongs to now. */
import type { Known } from '../identity/resolve.ts';
import { derivedId } from '../id.ts';
import type { ChatRef } from '../message.ts';
import { type Chat, chatKey } from '../store/chats.ts';
import { createLru } from '../store/lru.ts';
import { newConversation } from '../store/new.ts';
import type { Store } from '../store/store.ts';
import { insert, update, type Write } from '../store/write.ts';

export interface Place {
  chatId: string;
  conversationId: string;
  /** What is said there until then is answered by hand. */
  quietUntil?: Date | undefined;
  /** Makes the chat when it is not known to be there; goes before the message. */
  chatWrites: Write[];
  /** To be called when they have been carried out. */
  isStored(): void;
}

export interface PlaceResolver {
  resolve(channel: string, chat: ChatRef, known: Known, at: Date): Promise<Place>;
  /** The chat has changed: what is remembered of it holds no more. */
  forget(chatId: string): void;
}

const REMEMBERED = 10_000;

/**
 * Makes the resolver. It remembers only which direct chats exist, and until when they are quiet: what belongs where is
 * read each time. A channel's events come in by one process, or none of its chats is ever quiet.
 */
export function createPlaceResolver(store: Store): PlaceResolver {
  const existing = createLru<Pick<Chat, 'quietUntil'>>(REMEMBERED);
  return {
    async resolve(channel, chat, known, at) {
      const chatId = chatKey(channel, chat);
      if (chat.kind === 'group') {
        return { chatId, ...(await groupPlace(store, channel, chat, at)), chatWrites: [], isStored: () => undefined };
      }
      const chatWrites: Write[] = [];
      const remembered = existing.get(chatId) ?? (await store.readChat(chatId));
      if (!remembered) {
        const { _id, ...rest } = { ...newChat(channel, chat, at), identityId: known.identity._id };
        chatWrites.push(update(store.chats, { _id }, { $setOnInsert: rest }, { upsert: true }));
      }
      const { quietUntil } = remembered ?? {};
      const isStored = () => existing.set(chatId, { ...(quietUntil && { quietUntil }) });
      return { chatId, conversationId: known.person.activeConversationId, quietUntil, chatWrites, isStored };
    },
    forget: (chatId) => existing.delete(chatId),
  };
}

function newChat(channel: string, chat: ChatRef, at: Date): Chat {
  const { account, externalId, threadId, kind, title } = chat;
  const place = { channel, account, externalId, threadId, kind, ...(title ? { title } : {}) };
  return { _id: chatKey(channel, chat), ...place, createdAt: at };
}

/** A group's conversation is its chat's; both are made at the first word, under ids that follow from the chat. */
async function groupPlace(
  store: Store,
  channel: string,
  chat: ChatRef,
  at: Date,
): Promise<Pick<Place, 'conversationId' | 'quietUntil'>> {
  const chatId = chatKey(channel, chat);
  const known = await store.readChat(chatId);
  if (known?.conversationId) return { conversationId: known.conversationId, quietUntil: known.quietUntil };
  const conversationId = derivedId('cnv', at, chatId);
  const { _id, ...conversation } = newConversation(conversationId, at, {
    kind: 'group',
    chatId,
    title: chat.title ?? null,
  });
  const result = await store.writeAll([
    update(store.conversations, { _id }, { $setOnInsert: conversation }, { upsert: true }),
    insert(store.chats, { ...newChat(channel, chat, at), conversationId }),
  ]);
  if (result.isDone) return { conversationId };
  return { conversationId: (await store.readChat(chatId))?.conversationId ?? conversationId };
}
