/** Taking back: what was asked is not answered any more, and what was answered is not said. */
import type { QueryFilter } from 'mongoose';
import type { Conversation } from './conversations.ts';
import type { Delivery } from './deliveries.ts';
import type { Message } from './messages.ts';
import type { Store } from './store.ts';
import type { Turn } from './turns.ts';
import { update, type Write } from './write.ts';

/** What is no longer asked. */
interface Unasked {
  /** What becomes of it. */
  answer: 'stopped' | 'none';
  /** Only what was asked in this chat, until this time; absent: all. */
  only?: { chatId: string; until: Date };
}

/**
 * Nothing where nothing is asked. The conversation is written first (fence + 1): whoever makes an answer there can post
 * it no more.
 */
export function unaskWrites(
  store: Store,
  conversation: Pick<Conversation, '_id' | 'hasWork' | 'pendingFrom'> | undefined,
  { answer, only }: Unasked,
): Write[] {
  if (!conversation?.hasWork) return [];
  const { _id: conversationId, pendingFrom } = conversation;
  const asked: QueryFilter<Message> = { conversationId, seq: { $gte: pendingFrom }, answer: 'wanted' };
  const turns: QueryFilter<Turn> = { state: { $in: ['queued', 'running'] }, conversationId };
  return [
    update(
      store.conversations,
      { _id: conversationId },
      {
        $inc: { fence: 1, inbox: 1 },
        $set: { leaseUntil: null, leaseHolder: null, turnId: null, cuts: 0, crashes: 0 },
      },
    ),
    update(
      store.messages,
      only ? { ...asked, chatId: only.chatId, createdAt: { $lte: only.until } } : asked,
      { $set: { answer } },
      { many: true },
    ),
    update(
      store.turns,
      only ? { ...turns, chatId: only.chatId } : turns,
      { $set: { state: 'cancelled', updatedAt: new Date() } },
      { many: true },
    ),
  ];
}

/**
 * What of the agent's answers was not yet said in a chat is not said; what is seen growing there is taken back. What is
 * decided and only now comes to be said is not said either: it is marked first, and whoever carries it out sees that.
 */
export function unsayWrites(
  store: Store,
  { conversationId, chatId }: { conversationId: string; chatId: string },
): Write[] {
  return [
    update(
      store.conversations,
      { _id: conversationId, 'decided.chatId': chatId },
      { $set: { 'decided.isTakenBack': true } },
    ),
    ...takeBackWrites(store, { chatId, turnId: { $exists: true } }),
  ];
}

/**
 * Of these deliveries nothing more is said.
 *
 * The first write decides: every intent to say something is written on the condition that it was not. Whoever says one
 * in this moment finds that out before the next part, and what may have arrived goes on being looked for; the others
 * need nobody any more, but for what has to be removed.
 */
export function takeBackWrites(store: Store, which: QueryFilter<Delivery>): Write[] {
  const now = new Date();
  const open: QueryFilter<Delivery> = { ...which, isOpen: true, kind: 'message' };
  const waiting: QueryFilter<Delivery> = { ...open, state: 'queued' };
  return [
    update(store.deliveries, open, { $set: { isTakenBack: true, updatedAt: now } }, { many: true }),
    update(
      store.deliveries,
      // What may have arrived is not as if it had never been said.
      { ...waiting, live: null, 'parts.state': { $ne: 'unknown' } },
      { $set: { state: 'cancelled', isOpen: false, updatedAt: now } },
      { many: true },
    ),
    update(
      store.deliveries,
      { ...waiting, live: 'decided' },
      { $set: { live: 'withdrawn', nextTryAt: now, updatedAt: now } },
      { many: true },
    ),
  ];
}
