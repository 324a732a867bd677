/** Says something to a person in their app that is no answer of the agent's: a message, and its delivery. */
import type { MessageRole } from '../conversation.ts';
import { derivedId } from '../id.ts';
import type { ChatRef } from '../message.ts';
import { conversationTopic } from '../queue/topics.ts';
import { chatKey } from '../store/chats.ts';
import type { Conversation } from '../store/conversations.ts';
import type { Delivery } from '../store/deliveries.ts';
import type { Message } from '../store/messages.ts';
import { guard, insert, update } from '../store/write.ts';
import { firstCharacters } from '../text/normalize.ts';
import type { HistoryDeps } from './append.ts';

/** What to say. `key`: the natural key of the message; said once, however often. */
export interface Telling {
  key: string;
  role: Extract<MessageRole, 'agent' | 'human'>;
  text: string;
  /** Who says it, where the app is to show it. */
  author?: string;
  model?: string;
  tokens?: { input: number; output: number };
  /** Where to say it; absent: it is only in the history. */
  to?: { channel: string; chat: ChatRef; identityId?: string };
  /** The `app` of a message that is said nowhere. */
  app: string;
}

/** What came of it: the message, as it was stored the first time, and its delivery. */
export interface Told {
  message: Message;
  delivery?: Delivery;
}

const PREVIEW_LENGTH = 80;
const GIVE_UP_AFTER = 50;

/** Stores the message at the next place and puts it on its way. `undefined`: the conversation is gone. */
export async function tell(
  deps: HistoryDeps,
  conversation: Pick<Conversation, '_id' | 'personId'>,
  telling: Telling,
): Promise<Told | undefined> {
  const { store, bells, live } = deps;
  const { _id } = conversation;
  for (let tries = 0; tries < GIVE_UP_AFTER; tries += 1) {
    const told = await findTold(deps, conversation, telling);
    if (told) return told;
    const message = newMessage(_id, telling, (await store.readLastSeq(_id)) + 1);
    const delivery = newDelivery(conversation, message, telling);
    const arrival = {
      $max: { lastSeq: message.seq, lastMessageAt: message.createdAt },
      $addToSet: { apps: message.channel },
    };
    const result = await store.writeAll([
      guard(store.conversations, { _id, goneAt: null }, { $set: { workAt: message.createdAt } }),
      insert(store.messages, message),
      update(store.conversations, { _id }, { ...arrival, $inc: { inbox: 1 } }),
      ...(delivery ? [insert(store.deliveries, delivery)] : []),
    ]);
    if (!result.isDone && result.index === 0) return undefined;
    if (!result.isDone) continue;
    store.lastSeqs.set(_id, message.seq);
    if (delivery) void bells.deliver(delivery.channel).ring(delivery.chatId);
    live.publish(conversationTopic(_id), { type: 'message', messageId: message._id, seq: message.seq });
    return { message, ...(delivery ? { delivery } : {}) };
  }
  throw new Error(`No free place in conversation ${_id} after ${GIVE_UP_AFTER} tries.`);
}

/** What was said under this key before. A crash left a message without its delivery: that is made up for. */
async function findTold(
  { store, bells }: HistoryDeps,
  conversation: Pick<Conversation, '_id' | 'personId'>,
  telling: Telling,
): Promise<Told | undefined> {
  const message = await store.messages.findOne({ key: telling.key }).lean();
  if (!message) return undefined;
  const wanted = newDelivery(conversation, message, telling);
  if (!wanted) return { message };
  const there = await store.deliveries.findById(wanted._id).lean();
  if (!there) await store.writeAll([insert(store.deliveries, wanted)]);
  if (there?.isOpen !== false) void bells.deliver(wanted.channel).ring(wanted.chatId);
  return { message, delivery: there ?? wanted };
}

function newMessage(conversationId: string, telling: Telling, seq: number): Message {
  const at = new Date();
  const { key, role, text, author, model, tokens, to, app } = telling;
  return {
    _id: derivedId('msg', at, key),
    conversationId,
    seq,
    key,
    role,
    channel: to?.channel ?? app,
    chatId: to ? chatKey(to.channel, to.chat) : '',
    ...(to?.identityId ? { identityId: to.identityId } : {}),
    ...(author ? { author } : {}),
    origin: 'api',
    text,
    textAt: at,
    edits: [],
    attachments: [],
    answer: 'none',
    ...(model ? { model } : {}),
    ...(tokens ? { tokens } : {}),
    createdAt: at,
  };
}

function newDelivery(
  { _id: conversationId, personId }: Pick<Conversation, '_id' | 'personId'>,
  { _id: messageId, text, createdAt: at }: Message,
  { to, author }: Telling,
): Delivery | undefined {
  if (!to) return undefined;
  const chatId = chatKey(to.channel, to.chat);
  const key = `${messageId}:${chatId}`;
  return {
    _id: derivedId('dlv', at, key),
    key,
    kind: 'message',
    messageId,
    conversationId,
    ...(personId ? { personId } : {}),
    chatId,
    channel: to.channel,
    to: to.chat,
    text: author ? `**${author}:** ${text}` : text,
    parts: [],
    state: 'queued',
    isOpen: true,
    fence: 0,
    nextTryAt: at,
    attempts: 0,
    tries: [],
    preview: firstCharacters(text, PREVIEW_LENGTH),
    createdAt: at,
    updatedAt: at,
  };
}
