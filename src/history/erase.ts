/**
 * Erasing a conversation: its messages, answers in the making, deliveries, notices and words are gone, and do not come
 * back. What is left for 90 days are ids: the conversation's own, and the keys of its events.
 *
 * Every step may be done twice. Housekeeping finishes what a crash leaves, and erases once more a little later: by
 * then whatever was in somebody's hands has been refused or has arrived.
 */
import { leaveWrites, successorId } from '../identity/active.ts';
import { conversationTopic, INBOX_TOPIC, type InboxEvent, personTopic } from '../queue/topics.ts';
import type { Live } from '../queue/live.ts';
import type { Conversation } from '../store/conversations.ts';
import { KEPT_MS } from '../store/erasures.ts';
import { newConversation } from '../store/new.ts';
import type { Store } from '../store/store.ts';
import { removeAll } from './remove.ts';
import { update, type Write } from '../store/write.ts';

export interface EraseDeps {
  store: Store;
  live: Live;
}

/** A crash is made up for after this. */
const AGAIN_MS = 10_000;
/** Longer than any write of a process that still took the conversation for there. */
const LATE_MS = 60_000;
/** An event from before may bear a later time where the platform's clock is ahead of ours. */
const CLOCKS_MS = 10 * 60_000;

/** Erases the conversation. Resolves when it is gone; what cannot be done now is done by housekeeping. */
export async function eraseConversation(deps: EraseDeps, conversation: Conversation): Promise<void> {
  await markGone(deps, conversation);
  await carryOutErasure(deps, conversation._id);
}

/**
 * The walk's first command: 1 the note that it is to be erased; 2 a fresh conversation in its place, so that there is
 * always one; 3 the conversation is gone, and with the fence every answer in the making undecidable.
 */
async function markGone({ store, live }: EraseDeps, conversation: Conversation): Promise<void> {
  const { _id, personId } = conversation;
  const now = new Date();
  const dueAt = new Date(now.getTime() + AGAIN_MS);
  await store.writeAll([
    update(store.erasures, { _id }, { $set: { state: 'open', dueAt } }, { upsert: true }),
    ...(await successionWrites(store, conversation, now)),
    update(
      store.conversations,
      { _id, goneAt: null },
      {
        $set: {
          goneAt: now,
          title: null,
          instruction: null,
          decided: null,
          turnId: null,
          hasWork: false,
          leaseHolder: null,
          leaseUntil: null,
        },
        $inc: { fence: 1, inbox: 1, version: 1 },
      },
    ),
  ]);
  live.publish(INBOX_TOPIC, { conversationId: _id, what: 'stop' } satisfies InboxEvent);
  live.publish(conversationTopic(_id), { type: 'gone' });
  if (personId) live.publish(personTopic(personId), { type: 'active', conversationId: successorId(_id) });
}

/** Who goes on where: the person in a fresh conversation, the group in one of its own. Older events are looked at twice. */
async function successionWrites(store: Store, conversation: Conversation, now: Date): Promise<Write[]> {
  const { _id, kind, personId, chatId, title } = conversation;
  const notBefore = new Date(now.getTime() + CLOCKS_MS);
  if (personId) {
    const person = await store.readPerson(personId);
    return [
      ...(person?.activeConversationId === _id ? leaveWrites(store, personId, _id) : []),
      update(store.people, { _id: personId }, { $set: { notBefore } }),
    ];
  }
  if (!chatId) return [];
  const { _id: next, ...fresh } = newConversation(successorId(_id), now, { kind, chatId, title });
  return [
    update(store.conversations, { _id: next }, { $setOnInsert: fresh }, { upsert: true }),
    update(store.chats, { _id: chatId, conversationId: _id }, { $set: { conversationId: next, notBefore } }),
  ];
}

/** Everything that is left of a conversation that is gone. Notes how far it came: the last write ends the recovery. */
async function carryOutErasure({ store }: EraseDeps, conversationId: string, signal?: AbortSignal): Promise<void> {
  const conversation = await store.readConversation(conversationId);
  if (conversation?.goneAt) await removeAll(store, conversation, signal);
  const dueAt = new Date(Date.now() + LATE_MS);
  await store.erasures.updateOne({ _id: conversationId, state: 'open' }, { $set: { state: 'late', dueAt } });
}

/** Housekeeping's part: what a crash left, the second look, and after 90 days the ids. Rejects when `signal` is aborted. */
export async function sweepErasures(
  deps: EraseDeps,
  { now = new Date(), signal }: { now?: Date; signal?: AbortSignal } = {},
): Promise<void> {
  const { store } = deps;
  for (const { _id, state } of await store.erasures.find({ dueAt: { $lte: now } }).lean()) {
    if (state === 'done') {
      await store.conversations.deleteOne({ _id, goneAt: { $ne: null } });
      await store.erasures.deleteOne({ _id });
      continue;
    }
    const conversation = state === 'open' ? await store.readConversation(_id) : undefined;
    if (conversation && !conversation.goneAt) await markGone(deps, conversation);
    await carryOutErasure(deps, _id, signal);
    const done = { state: 'done' as const, dueAt: new Date(now.getTime() + KEPT_MS) };
    if (state === 'late') await store.erasures.updateOne({ _id, state }, { $set: done });
  }
}
