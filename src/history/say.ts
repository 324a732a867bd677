/** Something is said in a conversation over our API: by its person, or to them by a human or in the agent's name. */
import { NotFoundError } from '../errors.ts';
import { derivedId } from '../id.ts';
import { announceMessages } from '../queue/announce.ts';
import { arrivalOf } from '../store/arrival.ts';
import { apiChatKey } from '../store/chats.ts';
import type { Conversation } from '../store/conversations.ts';
import type { Delivery } from '../store/deliveries.ts';
import type { Message } from '../store/messages.ts';
import { newDelivery, newMessage } from '../store/new.ts';
import { messageEntry } from '../store/search.ts';
import type { Store } from '../store/store.ts';
import { guard, insert, update, type Write } from '../store/write.ts';
import type { HistoryDeps } from './append.ts';
import { lastPlace } from './last-place.ts';

/** What is said. */
export interface Saying {
  /** The natural key: said once, however often. */
  key: string;
  role: 'user' | 'human' | 'agent';
  text: string;
  /** Whose words these are, where the app is to show it. */
  author?: string;
  /** Whose identity says it, or is told it. */
  identityId?: string;
  /** The chat to say it in; absent: where the person last wrote. */
  chatId?: string;
  /** Whether a place can be written to. */
  isReachable: (channel: string) => boolean;
  /** What made the words, where a model did. */
  madeBy?: Pick<Message, 'model' | 'tokens'>;
}

/** What came of it: the message as it was stored the first time, and its delivery if it goes anywhere. */
export interface Said {
  message: Message;
  delivery?: Delivery;
}

const GIVE_UP_AFTER = 50;

/**
 * Says it. What a person says is answered by the agent; everything else goes to the app where the person last wrote,
 * and only into the history where they never wrote on any. Throws `NotFoundError` when the conversation is gone.
 */
export async function say(deps: HistoryDeps, conversation: Conversation, saying: Saying): Promise<Said> {
  const { store } = deps;
  const { _id } = conversation;
  const place =
    saying.role === 'user' ? undefined : (saying.chatId ?? (await lastPlace(store, conversation, saying.isReachable)));
  for (let tries = 0; tries < GIVE_UP_AFTER; tries += 1) {
    const stored = await store.messages.findOne({ key: saying.key }).lean();
    const message = stored ?? messageOf(conversation, saying, place, (await store.readLastSeq(_id)) + 1);
    const delivery = place === undefined ? undefined : deliveryOf(conversation, message, saying.author);
    const result = await store.writeAll([
      // Whoever erases it writes the conversation first: after that nothing is put into it.
      guard(store.conversations, { _id, goneAt: null }, { $set: { goneAt: null } }),
      ...(stored ? [] : [insert(store.messages, message), messageEntry(store, message, conversation.personId)]),
      arrival(store, message),
      ...(delivery ? [deliveryWrite(store, delivery)] : []),
    ]);
    if (!result.isDone && result.index === 0) throw new NotFoundError(`Conversation ${_id}`);
    if (!result.isDone) continue;
    store.lastSeqs.delete(_id);
    if (delivery) void deps.bells.deliver(delivery.channel).ring(delivery.chatId);
    announceMessages(deps, [message]);
    return { message, ...(delivery ? { delivery } : {}) };
  }
  throw new Error(`No free place in conversation ${_id} after ${GIVE_UP_AFTER} tries.`);
}

function messageOf(
  conversation: Conversation,
  { key, role, text, author, identityId, madeBy }: Saying,
  place: string | undefined,
  seq: number,
): Message {
  // Later than what was said before, whatever the clocks: deliveries go out in this order.
  const at = new Date(Math.max(Date.now(), (conversation.lastOutAt?.getTime() ?? 0) + 1));
  const { _id: conversationId, personId = '', outLanguage, inLanguage } = conversation;
  const language = role === 'user' ? inLanguage : outLanguage;
  return newMessage(at, {
    _id: derivedId('msg', at, key),
    conversationId,
    seq,
    key,
    role,
    chatId: place ?? apiChatKey(personId),
    ...(identityId ? { identityId } : {}),
    ...(author ? { author } : {}),
    origin: 'api',
    ...(language ? { language } : {}),
    text,
    answer: role === 'user' ? 'wanted' : 'none',
    ...madeBy,
  });
}

function deliveryOf(conversation: Conversation, message: Message, author: string | undefined): Delivery {
  const { _id: messageId, chatId, text, createdAt: at } = message;
  const { _id: conversationId, personId, kind } = conversation;
  const key = `${messageId}:${chatId}`;
  return newDelivery(at, kind, {
    _id: derivedId('dlv', at, key),
    key,
    kind: 'message',
    messageId,
    conversationId,
    ...(personId ? { personId } : {}),
    chatId,
    text: author ? `**${author}:** ${text}` : text,
    preview: text,
  });
}

/** Made once; one that is there is left as it is. */
function deliveryWrite(store: Store, { _id, ...delivery }: Delivery): Write {
  return update(store.deliveries, { _id }, { $setOnInsert: delivery }, { upsert: true });
}

/** What the conversation learns of it. Only what its person says is work. */
function arrival({ conversations }: Store, message: Message): Write {
  const { conversationId, role, createdAt } = message;
  return update(conversations, { _id: conversationId, goneAt: null }, [
    {
      $set: {
        ...arrivalOf([message], new Date()),
        inbox: { $add: ['$inbox', 1] },
        lastMessageAt: { $max: ['$lastMessageAt', createdAt] },
        ...(role === 'user' ? {} : { lastOutAt: createdAt }),
      },
    },
  ]);
}
