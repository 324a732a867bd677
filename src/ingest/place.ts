/** Where was it said? The chat as we keep it, and the conversation that it belongs to now. */
import type { Known } from '../identity/resolve.ts';
import { derivedId } from '../id.ts';
import type { ChatRef, InboundEdit, InboundMessage } from '../message.ts';
import { type Chat, chatKey } from '../store/chats.ts';
import { createLru } from '../store/lru.ts';
import { newConversation } from '../store/new.ts';
import type { Store } from '../store/store.ts';
import { insert, update, type Write } from '../store/write.ts';

export interface Place {
  chatId: string;
  conversationId: string;
  /** Nothing that was said here is stored yet. */
  isNew?: boolean;
  /** Groups: something said before was erased. */
  notBefore?: Date;
  /** What is said there until then is answered by hand. */
  quietUntil?: Date | undefined;
  /** Makes the chat when it is not known to be there; goes before the message. */
  chatWrites: Write[];
  /** To be called when they have been carried out. */
  isStored(): void;
}

/** A message with all that is known of its author and place. */
export interface Placed {
  channel: string;
  inbound: InboundMessage | InboundEdit;
  known: Known;
  place: Place;
  /** Not to be answered before. */
  heldUntil?: Date;
}

export interface PlaceResolver {
  /** `formerId`: the chat's id on the platform before. Where nothing is stored under the new one, it is as quiet. */
  resolve(channel: string, chat: ChatRef, known: Known, at: Date, formerId?: string): Promise<Place>;
  /** The chat has changed: what is remembered of it holds no more. */
  forget(chatId: string): void;
}

const REMEMBERED = 10_000;
const DAY_MS = 86_400_000;

/**
 * Makes the resolver. It remembers only which chats are up to date, and until when the direct ones are quiet: what
 * belongs where is read each time. A channel's events come in by one process, or none of its chats is ever quiet.
 */
export function createPlaceResolver(store: Store): PlaceResolver {
  const remembered = createLru<{ activeOn: number; quietUntil?: Date }>(REMEMBERED);

  /** Whether the chat is stored, and as active on this day. */
  const recall = async (chatId: string): Promise<{ activeOn: number; quietUntil?: Date } | undefined> => {
    const known = remembered.get(chatId);
    if (known) return known;
    const chat = await store.readChat(chatId);
    return chat && { activeOn: -1, ...(chat.quietUntil ? { quietUntil: chat.quietUntil } : {}) };
  };

  const readFormer = async (channel: string, chat: ChatRef, formerId = chat.externalId): Promise<Chat | undefined> => {
    if (formerId === chat.externalId) return undefined;
    return store.readChat(chatKey(channel, { ...chat, externalId: formerId }));
  };

  return {
    async resolve(channel, chat, known, at, formerId) {
      const chatId = chatKey(channel, chat);
      const today = Math.floor(at.getTime() / DAY_MS);
      const active = { $max: { activeAt: at } };
      const memory = chat.kind === 'group' ? remembered.get(chatId) : await recall(chatId);
      const { activeOn = -1 } = memory ?? {};
      const { quietUntil } = memory ?? (await readFormer(channel, chat, formerId)) ?? {};
      const quiet = quietUntil ? { quietUntil } : {};
      const isNew = memory === undefined;
      const isStored = () => remembered.set(chatId, { activeOn: Math.max(today, activeOn), ...quiet });
      const isUpToDate = activeOn >= today;
      if (chat.kind === 'group') {
        const found = await findGroup(store, channel, chat, at);
        const chatWrites = isUpToDate ? [] : [update(store.chats, { _id: chatId }, active)];
        return { chatId, ...found, chatWrites, isStored };
      }
      const chatWrites: Write[] = [];
      if (!isUpToDate) {
        const { _id, ...rest } = { ...newChat(channel, chat, at), identityId: known.identity._id, ...quiet };
        chatWrites.push(update(store.chats, { _id }, { $setOnInsert: rest, ...active }, { upsert: true }));
      }
      return { chatId, conversationId: known.person.activeConversationId, isNew, ...quiet, chatWrites, isStored };
    },
    forget: (chatId) => remembered.delete(chatId),
  };
}

function newChat(channel: string, chat: ChatRef, at: Date): Chat {
  const { account, externalId, threadId, kind, title } = chat;
  const place = { channel, account, externalId, threadId, kind, ...(title ? { title } : {}) };
  return { _id: chatKey(channel, chat), ...place, createdAt: at };
}

/** A group's conversation is its chat's; both are made at the first word, under ids that follow from the chat. */
async function findGroup(
  store: Store,
  channel: string,
  chat: ChatRef,
  at: Date,
): Promise<Pick<Place, 'conversationId' | 'isNew' | 'notBefore' | 'quietUntil'>> {
  const chatId = chatKey(channel, chat);
  const known = await store.readChat(chatId);
  if (known?.conversationId) {
    const { conversationId, notBefore, quietUntil } = known;
    return { conversationId, ...(notBefore ? { notBefore } : {}), ...(quietUntil ? { quietUntil } : {}) };
  }
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
  if (result.isDone) return { conversationId, isNew: true };
  return { conversationId: (await store.readChat(chatId))?.conversationId ?? conversationId, isNew: true };
}
