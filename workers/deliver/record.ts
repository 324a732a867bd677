/** What the deliver worker writes: the intent before a send, what became of it after. */
import { setTimeout } from 'node:timers/promises';
import { type DeliveryState, LEASE_MS } from '#src/conversation.ts';
import { conversationTopic, personTopic } from '#src/queue/topics.ts';
import { type Delivery, type Part, settledState, type Try } from '#src/store/deliveries.ts';
import type { Store } from '#src/store/store.ts';
import type { Change } from '#src/store/write.ts';
import type { DeliverDeps } from '../deps.ts';
import type { End } from './outcome.ts';

/** A delivery in the worker's hands. `parts` and `tries` are added to as it goes. */
export interface Dispatch {
  delivery: Delivery;
  parts: Part[];
  tries: Try[];
  /** The delivery's fence while it is ours. */
  fence: number;
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
 * Takes the delivery, and writes the intent to send its next part: one conditional write. Says whether it held.
 * Without a part to send it is only taken, so that what was abandoned can be settled. As only the oldest open delivery
 * of a chat is ever taken, whoever holds it holds the chat.
 */
export async function begin({ store, holder }: DeliverDeps, { delivery, parts, fence }: Dispatch): Promise<boolean> {
  const next = parts.find((part) => part.state === 'waiting');
  if (next) startPart(next, fence);
  const now = new Date();
  const lease = { leaseHolder: holder, leaseUntil: new Date(now.getTime() + LEASE_MS), fence };
  const asRead = { _id: delivery._id, isOpen: true, state: delivery.state, fence: delivery.fence };
  const taken = await store.deliveries.updateOne(asRead, {
    $set: { ...lease, state: 'sending', parts, updatedAt: now },
  });
  return taken.matchedCount === 1;
}

/** Whether nobody may be told this any more. Read after the intent is written: one side always sees the other. */
export async function isGone(store: Store, { kind, conversationId, turnId }: Delivery): Promise<boolean> {
  if (kind === 'notice' || conversationId === undefined) return false;
  const conversation = await store.readConversation(conversationId);
  return !conversation || Boolean(conversation.goneAt) || (turnId !== undefined && conversation.mode === 'human');
}

/** A part is settled, and the next is about to be sent: one write for both. Says whether it is still ours. */
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
  await untilStored(deps, signal, () => noteLateYes(deps, delivery._id, parts));
  return false;
}

/** Writes what became of the delivery, and lets go of it. Gives the time to go on with it, if there is one. */
export async function finish(
  deps: DeliverDeps,
  run: Dispatch,
  signal: AbortSignal,
  end: End = {},
): Promise<Date | undefined> {
  const { delivery, parts, fence } = run;
  const state = end.state === undefined || end.state === 'failed' ? settledState(parts) : end.state;
  const stored = await untilStored(deps, signal, () =>
    deps.store.deliveries.updateOne({ _id: delivery._id, fence }, changeOf(run, end, state)),
  );
  if (stored.matchedCount === 0) await untilStored(deps, signal, () => noteLateYes(deps, delivery._id, parts));
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
      leaseHolder: null,
      leaseUntil: null,
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

/** Somebody else took the delivery and holds our part for unknown; but the platform did say yes. */
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

/** Shows the delivery's state to those who look on. */
function show({ live }: DeliverDeps, delivery: Delivery, state: DeliveryState): void {
  const { _id: deliveryId, chatId, messageId, conversationId, personId, kind } = delivery;
  const event = { type: 'delivery', deliveryId, state, chatId, ...(messageId ? { messageId } : {}) };
  if (kind === 'message' && conversationId) live.publish(conversationTopic(conversationId), event);
  else if (personId) live.publish(personTopic(personId), event);
}
