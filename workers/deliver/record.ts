/** What the deliver worker writes: the intent before a send, what became of it after. */
import { setTimeout } from 'node:timers/promises';
import { type DeliveryState, LEASE_MS } from '#src/conversation.ts';
import { conversationTopic, personTopic } from '#src/queue/topics.ts';
import type { Chat } from '#src/store/chats.ts';
import { type Delivery, type Part, settledState, type Try } from '#src/store/deliveries.ts';
import type { Store } from '#src/store/store.ts';
import { type Change, guard, update } from '#src/store/write.ts';
import type { DeliverDeps } from '../deps.ts';
import type { End } from './outcome.ts';

/** A delivery in the worker's hands. `parts` and `tries` are added to as it goes. */
export interface Dispatch {
  delivery: Delivery;
  parts: Part[];
  tries: Try[];
  /** The chat's fence while it is ours. */
  fence: number;
  chatId: string;
}

const UNKNOWN = {
  code: 'outcome_unknown',
  message: 'The platform never said whether it took this. Look in the chat, then resolve the job as sent or not_sent.',
};
const STORE_AGAIN_MS = 500;
const TRIES_KEPT = 50;

/** The part is about to be sent under this fence. */
export function startPart(part: Part, fence: number): void {
  Object.assign(part, { state: 'sending', fence, at: new Date() });
}

/**
 * Takes the chat, and writes the intent to send the next part, in one command: the lease first. Says whether both
 * held. Without a part to send it only takes the chat, so that what was abandoned can be settled.
 */
export async function begin({ store, holder }: DeliverDeps, run: Dispatch, chat: Chat): Promise<boolean> {
  const { delivery, parts, fence } = run;
  const next = parts.find((part) => part.state === 'waiting');
  if (next) startPart(next, fence);
  const now = new Date();
  const lease = { leaseHolder: holder, leaseUntil: new Date(now.getTime() + LEASE_MS), fence };
  const result = await store.writeAll([
    guard(store.chats, { _id: chat._id, fence: chat.fence }, { $set: lease }),
    guard(
      store.deliveries,
      // The fence too: a delivery that another worker has tried meanwhile may have the same state and other parts.
      { _id: delivery._id, isOpen: true, state: delivery.state, fence: delivery.fence ?? null },
      { $set: { state: 'sending', fence, parts, updatedAt: now } },
    ),
  ]);
  if (!result.isDone && result.index === 1) await release(store, run);
  return result.isDone;
}

/** Whether nobody may be told this any more. Read after the intent is written: one side always sees the other. */
export async function isGone(store: Store, { kind, conversationId, turnId }: Delivery): Promise<boolean> {
  if (kind === 'notice' || conversationId === undefined) return false;
  const conversation = await store.readConversation(conversationId);
  return !conversation || Boolean(conversation.goneAt) || (turnId !== undefined && conversation.mode === 'human');
}

/** A part is settled, and the next is about to be sent: one write for both. Says whether the chat is still ours. */
export async function noteNext(
  deps: DeliverDeps,
  { delivery, parts, fence }: Dispatch,
  signal: AbortSignal,
): Promise<boolean> {
  const change = { $set: { parts, updatedAt: new Date() } };
  const noted = await untilStored(deps, signal, () =>
    deps.store.deliveries.updateOne({ _id: delivery._id, fence }, change),
  );
  if (noted.matchedCount === 1) return true;
  await noteLateYes(deps, delivery._id, parts);
  return false;
}

/** Writes what became of the delivery, and frees the chat. Gives the time to go on with it, if there is one. */
export async function finish(
  deps: DeliverDeps,
  run: Dispatch,
  signal: AbortSignal,
  end: End = {},
): Promise<Date | undefined> {
  const { store } = deps;
  const { delivery, parts, fence } = run;
  const state = end.state === undefined || end.state === 'failed' ? settledState(parts) : end.state;
  const result = await untilStored(deps, signal, () =>
    store.writeAll([
      update(store.deliveries, { _id: delivery._id, fence }, changeOf(run, end, state)),
      update(store.chats, { _id: run.chatId, fence }, { $set: { leaseHolder: null, leaseUntil: null } }),
    ]),
  );
  if (result.isDone && result.matched[0] === 0) await noteLateYes(deps, delivery._id, parts);
  else show(deps, delivery, state);
  return end.nextTryAt;
}

/** The delivery as it is left. What was not sent is not `sending`; texts are kept while they may be needed again. */
function changeOf({ delivery, parts, tries }: Dispatch, end: End, state: DeliveryState): Change<Delivery> {
  const now = new Date();
  const left = parts.map((part) => (part.state === 'sending' ? { ...part, state: 'waiting' as const } : part));
  const isSent = state === 'sent';
  const error = end.error ?? (state === 'unknown' ? UNKNOWN : undefined);
  return {
    $set: {
      state,
      isOpen: state === 'queued',
      parts: isSent ? left.map(({ text: _, ...part }) => part) : left,
      nextTryAt: end.nextTryAt ?? delivery.nextTryAt,
      attempts: delivery.attempts + (end.isAttempt || state === 'sent' || state === 'unknown' ? 1 : 0),
      error: error ? { ...error, at: now } : null,
      updatedAt: now,
    },
    $push: { tries: { $each: tries, $slice: -TRIES_KEPT } },
    ...(isSent && delivery.kind === 'message' ? { $unset: { text: 1 } } : {}),
  };
}

/** Somebody else took the chat and holds our part for unknown; but the platform did say yes. */
async function noteLateYes({ store }: DeliverDeps, _id: string, parts: Part[]): Promise<void> {
  for (const { key, externalId } of parts.filter((part) => part.state === 'sent')) {
    await store.deliveries.updateOne(
      { _id, parts: { $elemMatch: { key, state: 'unknown' } } },
      { $set: { 'parts.$.state': 'sent', 'parts.$.externalId': externalId, updatedAt: new Date() } },
    );
  }
  await store.deliveries.updateOne(
    { _id, state: 'unknown', 'parts.state': { $ne: 'unknown' } },
    { $set: { state: 'sent', error: null, updatedAt: new Date() } },
  );
}

/** What we know must not be lost because MongoDB is away for a while: written again until it is stored, or we end. */
async function untilStored<T>({ log }: DeliverDeps, shutdown: AbortSignal, write: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (shutdown.aborted || !(error as Error).name.startsWith('Mongo')) throw error;
      log.warn({ error: (error as Error).message }, 'what became of a send could not be stored; trying again');
      await setTimeout(STORE_AGAIN_MS);
    }
  }
}

async function release(store: Store, { chatId, fence }: Dispatch): Promise<void> {
  await store.chats.updateOne({ _id: chatId, fence }, { $set: { leaseHolder: null, leaseUntil: null } });
}

/** Shows the delivery's state to those who look on. */
function show({ live }: DeliverDeps, delivery: Delivery, state: DeliveryState): void {
  const { _id: deliveryId, chatId, messageId, conversationId, personId, kind } = delivery;
  const event = { type: 'delivery', deliveryId, state, chatId, ...(messageId ? { messageId } : {}) };
  if (kind === 'message' && conversationId) live.publish(conversationTopic(conversationId), event);
  else if (personId) live.publish(personTopic(personId), event);
}
