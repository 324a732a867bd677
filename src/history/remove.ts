/** Everything that hangs on a conversation that is gone, removed; may be done again, from any point on. */
import { setTimeout } from 'node:timers/promises';
import { apiChatKey } from '../store/chats.ts';
import type { Conversation } from '../store/conversations.ts';
import { KEPT_MS } from '../store/erasures.ts';
import { leaseEnd } from '../store/leases.ts';
import { searchEntryId } from '../store/search.ts';
import type { Store } from '../store/store.ts';
import { turnIdOf } from '../store/turns.ts';

const MESSAGES_A_ROUND = 500;
const LAST_SENDS_MS = 10_000;
const LOOK_AGAIN_MS = 100;

/**
 * Removes deliveries, kept answers, notices, turns, words and messages. The conversation is gone already (`goneAt`).
 * Rejects when `signal` is aborted while somebody's send is waited for.
 */
export async function removeAll(store: Store, conversation: Conversation, signal?: AbortSignal): Promise<void> {
  const { _id } = conversation;
  const chatIds = await chatsOf(store, conversation);
  await cancelOpen(store, _id, chatIds, signal);
  await eraseAnswers(store, _id);
  await eraseNotices(store, _id, chatIds);
  await eraseMessages(store, conversation);
}

/** The chats in which something of the conversation may have been said. */
async function chatsOf(store: Store, { chatId, personId }: Conversation): Promise<string[]> {
  if (!personId) return chatId ? [chatId] : [];
  const identities = await store.identities.find({ personId }, { _id: 1 }).lean();
  const chats = await store.chats.find({ identityId: { $in: identities.map(({ _id }) => _id) } }, { _id: 1 }).lean();
  return [apiChatKey(personId), ...chats.map(({ _id }) => _id)];
}

/** What is not yet said is not said; what is being said in this moment is waited for, as long as somebody is at it. */
async function cancelOpen(
  store: Store,
  conversationId: string,
  chatIds: string[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const place = { chatId: { $in: chatIds }, isOpen: true, conversationId };
  const updatedAt = new Date();
  const cancelled = { state: 'cancelled' as const, isOpen: false, updatedAt };
  // First: whoever says something in this moment says none of what follows it.
  await store.deliveries.updateMany(place, { $set: { isTakenBack: true, updatedAt } });
  await store.deliveries.updateMany({ ...place, state: 'queued' }, { $set: cancelled });
  for (
    const until = Date.now() + LAST_SENDS_MS;
    Date.now() < until;
    await setTimeout(LOOK_AGAIN_MS, undefined, { signal })
  ) {
    const open = await store.deliveries.find(place, { leaseUntil: 1, leaseHolder: 1 }).lean();
    if (open.every((delivery) => leaseEnd(delivery) === undefined)) return;
  }
}

/** Answers that are kept for a repeat under the same `Idempotency-Key` hold its texts. */
async function eraseAnswers({ idempotency }: Store, conversationId: string): Promise<void> {
  await idempotency.updateMany({ conversationId, state: 'done' }, { $set: { state: 'gone' }, $unset: { answer: 1 } });
}

/** What commands answered here, and what was to be said of messages that are gone already. */
async function eraseNotices(store: Store, conversationId: string, chatIds: string[]): Promise<void> {
  const place = { chatId: { $in: chatIds }, conversationId };
  const notices = await store.deliveries.find({ ...place, kind: 'notice' }, { key: 1 }).lean();
  await bury(
    store,
    notices.map(({ key }) => key.replace(/^notice:/, '')),
  );
  await store.deliveries.deleteMany(place);
}

/** Messages with all that hangs on them: by places, and then whatever took a place in this moment. */
async function eraseMessages(store: Store, { _id: conversationId, lastSeq }: Conversation): Promise<void> {
  for (let from = 1; from <= lastSeq; from += MESSAGES_A_ROUND) {
    await eraseSome(store, { conversationId, seq: { $gte: from, $lt: from + MESSAGES_A_ROUND } }, lastSeq);
  }
  await eraseSome(store, { conversationId }, lastSeq);
  await store.searchEntries.deleteOne({ _id: searchEntryId(conversationId) });
}

interface Place {
  conversationId: string;
  seq?: { $gte: number; $lt: number };
}

/** The messages go last, because the rest is found by them. */
async function eraseSome(store: Store, place: Place, lastSeq: number): Promise<void> {
  const messages = await store.messages.find(place, { key: 1, seq: 1 }).lean();
  if (messages.length === 0) return;
  const ids = messages.map(({ _id }) => _id);
  // One that the conversation never came to know of was not acknowledged: it belongs where the person is now.
  const known = messages.filter(({ seq, key }) => seq <= lastSeq && key.startsWith('in:'));
  await bury(
    store,
    known.map(({ key }) => key),
  );
  await store.searchEntries.deleteMany({ _id: { $in: ids.map(searchEntryId) } });
  await store.deliveries.deleteMany({ messageId: { $in: ids } });
  await store.turns.deleteMany({ _id: { $in: ids.map(turnIdOf) } });
  await store.messages.deleteMany({ _id: { $in: ids } });
}

/** Keeps the keys, so that the events are known when they come again. */
async function bury(store: Store, keys: string[]): Promise<void> {
  if (keys.length === 0) return;
  const expiresAt = new Date(Date.now() + KEPT_MS);
  const operations = keys.map((_id) => ({
    updateOne: { filter: { _id }, update: { $set: { expiresAt } }, upsert: true },
  }));
  await store.tombstones.bulkWrite(operations);
}
