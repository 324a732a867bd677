/** Documents as they begin. */
import { DEFAULT_AGENT_ID } from '../conversation.ts';
import type { ChatKind } from '../message.ts';
import { firstCharacters } from '../text/normalize.ts';
import { parseChatKey } from './chats.ts';
import type { Conversation } from './conversations.ts';
import type { Delivery } from './deliveries.ts';
import type { Identity } from './identities.ts';
import type { Message } from './messages.ts';
import type { Person } from './people.ts';

const PREVIEW_LENGTH = 80;

/** A person as first met. */
export function newPerson(
  id: string,
  identity: Pick<Identity, 'name' | 'language' | 'firstConversationId'>,
  at: Date,
): Person {
  return {
    _id: id,
    name: identity.name,
    languages: identity.language ? [identity.language] : [],
    activeConversationId: identity.firstConversationId,
    version: 0,
    turnsDay: '',
    turns: 0,
    createdAt: at,
  };
}

/** A conversation without a word in it. */
export function newConversation(
  id: string,
  at: Date,
  owner: Pick<Conversation, 'kind'> & Partial<Conversation>,
): Conversation {
  return {
    _id: id,
    title: null,
    mode: 'agent',
    agentId: DEFAULT_AGENT_ID,
    responseTypes: ['text'],
    apps: [],
    lastSeq: 0,
    inbox: 0,
    hasWork: false,
    workAt: at,
    pendingFrom: 1,
    historyFrom: 1,
    topicFrom: 1,
    cuts: 0,
    crashes: 0,
    fence: 0,
    lastMessageAt: at,
    version: 1,
    createdAt: at,
    ...owner,
  };
}

/** A message as it is first stored. `at`: when it was said. */
export function newMessage(
  at: Date,
  given: Pick<Message, '_id' | 'conversationId' | 'seq' | 'key' | 'role' | 'chatId' | 'text'> & Partial<Message>,
): Message {
  return {
    channel: parseChatKey(given.chatId).channel,
    textAt: at,
    edits: [],
    attachments: [],
    answer: 'none',
    createdAt: at,
    ...given,
  };
}

/** A delivery that nobody has taken up yet. `preview`: what is said, where `text` is more than that; cut here. */
export function newDelivery(
  at: Date,
  chatKind: ChatKind,
  given: Pick<Delivery, '_id' | 'key' | 'kind' | 'chatId'> & Partial<Delivery>,
): Delivery {
  const { channel, account, externalId, threadId } = parseChatKey(given.chatId);
  return {
    channel,
    to: { account, externalId, threadId, kind: chatKind },
    parts: [],
    state: 'queued',
    isOpen: true,
    fence: 0,
    nextTryAt: at,
    attempts: 0,
    tries: [],
    createdAt: at,
    updatedAt: at,
    ...given,
    preview: firstCharacters(given.preview ?? given.text ?? '', PREVIEW_LENGTH),
  };
}
