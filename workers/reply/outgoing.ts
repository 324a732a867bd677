/** What a decision brings into the world: messages, and the deliveries that say them. Pure: the same decision, the same ids. */
import { derivedId } from '#src/id.ts';
import type { Conversation, Decision } from '#src/store/conversations.ts';
import type { Delivery } from '#src/store/deliveries.ts';
import type { Message } from '#src/store/messages.ts';
import { newDelivery, newMessage } from '#src/store/new.ts';

/** What carrying out needs to know of the conversation. */
export interface Target {
  conversation: Pick<Conversation, '_id' | 'kind' | 'personId'>;
  /** Identity and platform message that are answered. */
  identityId?: string;
  replyTo?: string;
  /** The inbox that the decision was made on: unchanged, nothing is left to do. */
  inbox: number;
  /** Other messages wait besides the inputs. */
  hasMore: boolean;
  fence: number;
}

/** What is said once in a period has an id that follows from the period. */
function idTime({ notePeriod, at }: Decision): Date {
  return notePeriod?.since ?? at;
}

/** The messages of the decision, without their places. */
export function messagesOf(decision: Decision, target: Target): Message[] {
  const { turnId, chatId, at, fence, error, model, tokens, language } = decision;
  return decision.texts.map((text, n) => {
    const key = error ? noteKey(decision) : `out:${turnId}:${n}`;
    return newMessage(at, {
      _id: derivedId('msg', idTime(decision), key),
      conversationId: target.conversation._id,
      seq: 0,
      key,
      role: error ? 'system' : 'agent',
      chatId,
      ...(target.identityId ? { identityId: target.identityId } : {}),
      turnId,
      text,
      ...(model ? { model } : {}),
      ...(tokens ? { tokens } : {}),
      ...(language ? { language } : {}),
    });
  });

  function noteKey({ notePeriod }: Decision): string {
    return notePeriod ? `note:${notePeriod.name}:${chatId}` : `note:${turnId}:${fence}`;
  }
}

/** The delivery of one of them. */
export function deliveryOf(decision: Decision, target: Target, message: Message): Delivery {
  const { chatId, at, turnId } = decision;
  const { kind, personId, _id: conversationId } = target.conversation;
  const key = `${message._id}:${chatId}`;
  return newDelivery(at, kind, {
    _id: derivedId('dlv', idTime(decision), key),
    key,
    kind: 'message',
    messageId: message._id,
    conversationId,
    ...(personId ? { personId } : {}),
    turnId,
    chatId,
    ...(target.replyTo ? { replyTo: target.replyTo } : {}),
    text: message.text,
  });
}
