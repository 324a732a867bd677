/** What the deliver worker writes: the intent before a send, what became of it after. */
import { type DeliveryState, LEASE_MS } from '#src/conversation.ts';
import { conversationTopic, personTopic } from '#src/queue/topics.ts';
import { type Delivery, type Part, settledState, type Try } from '#src/store/deliveries.ts';
import type { Store } from '#src/store/store.ts';
import type { Change } from '#src/store/write.ts';
import type { DeliverDeps } from '../deps.ts';
import { untilStored } from '../until-stored.ts';
import type { End } from './outcome.ts';

/** A delivery in the worker's hands. `parts` and `tries` are added to as it goes. */
export interface Dispatch {
  delivery: Delivery;
  parts: Part[];
  tries: Try[];
  /** The delivery's fence while it is ours. */
  fence: number;
  /** Nobody may be told it any more; what may have arrived is only looked for. */
  isOver?: boolean;
  /** When the platform lets us look again what became of the unknown parts. */
  lookAt?: Date;
}

const UNKNOWN = {
  code: 'outcome_unknown',
  message: 'The platform never said whether it took this. Look in the chat, then resolve the job as sent or not_sent.',
};
/** Of an answer that was to be seen growing at most the first words may be there. */
const UNKNOWN_SHOWN = {
  code: 'outcome_unknown',
  message:
    'The platform never said whether it took the first words of this answer. Look in the chat, then resolve the job: not_sent says the whole answer, sent leaves the chat as it is.',
};
const TRIES_KEPT = 50;

/** Whether it was taken back: nothing more of it is said. */
export function isUnwanted({ live, isTakenBack }: Delivery): boolean {
  return live === 'withdrawn' || isTakenBack === true;
}

/** Not taken back, as a condition of what is written before something is said: one write decides between the two. */
const STILL_WANTED = { isTakenBack: { $ne: true } };

/** Whether something may have arrived of which nobody knows. */
export function isUnsure({ parts }: Dispatch): boolean {
  return parts.some(({ state }) => state === 'unknown');
}

/** The part is about to be sent under this fence. */
export function startPart(part: Part, fence: number): void {
  Object.assign(part, { state: 'sending', fence, at: new Date() });
}

/**
 * Takes the delivery, with the intent to send the part that was started: one conditional write. Says whether it held.
 * Without such a part it is only taken, so that what was abandoned can be settled, or looked for. Only the oldest open
 * delivery of a chat of which something is still to be said is ever taken: so whoever holds it holds the chat.
 */
export async function begin({ store, holder }: DeliverDeps, { delivery, parts, fence }: Dispatch): Promise<boolean> {
  const now = new Date();
  const lease = { leaseHolder: holder, leaseUntil: new Date(now.getTime() + LEASE_MS), fence };
  const { _id, state, isTakenBack } = delivery;
  const wanted = isTakenBack ? {} : STILL_WANTED;
  const asRead = { _id, isOpen: true, state, fence: delivery.fence, ...wanted };
  const taken = await store.deliveries.updateOne(asRead, {
    $set: { ...lease, state: 'sending', parts, updatedAt: now },
  });
  return taken.matchedCount === 1;
}

/** Whether nobody may be told this any more. Read after the intent is written: one side always sees the other. */
export async function isGone(store: Store, { kind, conversationId, turnId }: Delivery): Promise<boolean> {
  if (kind === 'notice' || conversationId === undefined) return false;
  const conversation = await store.readConversation(conversationId);
  if (!conversation || conversation.goneAt) return true;
  if (turnId === undefined) return false;
  const { mode, decided } = conversation;
  return mode === 'human' || (decided?.turnId === turnId && decided.isTakenBack === true);
}

/**
 * A part is settled, and the next is about to be sent: one write for both. It does not hold when the delivery was taken
 * back, or is no longer ours.
 */
export async function noteNext(
  deps: DeliverDeps,
  { delivery: { _id }, parts, fence }: Dispatch,
  signal: AbortSignal,
): Promise<'noted' | 'taken back' | 'lost'> {
  const { deliveries } = deps.store;
  const change = { $set: { parts, updatedAt: new Date() } };
  const noted = await untilStored(deps, signal, () => deliveries.updateOne({ _id, fence, ...STILL_WANTED }, change));
  if (noted.matchedCount === 1) return 'noted';
  if (await untilStored(deps, signal, () => deliveries.exists({ _id, fence }))) return 'taken back';
  await untilStored(deps, signal, () => noteLateYes(deps, _id, parts));
  return 'lost';
}

/** Whether something of it may be said in this moment, under the intent that is written: it is ours, and not taken back. */
export async function mayStillSay(
  deps: DeliverDeps,
  { delivery: { _id }, fence }: Dispatch,
  signal: AbortSignal,
): Promise<boolean> {
  const change = { $set: { updatedAt: new Date() } };
  const asked = { _id, fence, ...STILL_WANTED };
  return (await untilStored(deps, signal, () => deps.store.deliveries.updateOne(asked, change))).matchedCount === 1;
}

/** Writes what became of the delivery, and lets go of it. Gives the time to go on with it, if there is one. */
export async function finish(
  deps: DeliverDeps,
  run: Dispatch,
  signal: AbortSignal,
  end: End = {},
): Promise<Date | undefined> {
  const { delivery, fence } = run;
  // What was about to be sent, and was not, waits.
  const parts = run.parts.map((part) => (part.state === 'sending' ? { ...part, state: 'waiting' as const } : part));
  const { state: wish } = end;
  const state = wish === undefined || (wish === 'failed' && isUnsure(run)) ? settledState(parts) : wish;
  const stored = await untilStored(deps, signal, () =>
    deps.store.deliveries.updateOne({ _id: delivery._id, fence }, changeOf({ ...run, parts }, end, state)),
  );
  if (stored.matchedCount === 0) await untilStored(deps, signal, () => noteLateYes(deps, delivery._id, parts));
  else show(deps, delivery, state);
  return end.nextTryAt;
}

/** The delivery as it is left. Texts are kept while they may be needed again. */
function changeOf({ delivery, parts, tries }: Dispatch, end: End, state: DeliveryState): Change<Delivery> {
  const now = new Date();
  const isSent = state === 'sent';
  const error = end.error ?? errorOf(delivery, state);
  return {
    $set: {
      state,
      isOpen: state === 'queued',
      leaseHolder: null,
      leaseUntil: null,
      parts: isSent ? parts.map(({ text: _, shown: _shown, ...part }) => part) : parts,
      nextTryAt: end.nextTryAt ?? delivery.nextTryAt,
      attempts: delivery.attempts + (end.isAttempt || state === 'sent' || state === 'unknown' ? 1 : 0),
      error: error ? { ...error, at: now } : null,
      updatedAt: now,
    },
    $push: { tries: { $each: tries, $slice: -TRIES_KEPT } },
    ...(isSent && delivery.kind === 'message' ? { $unset: { text: 1 } } : {}),
  };
}

/** What is wrong with a delivery of which nothing new is known. */
function errorOf({ live, error }: Delivery, state: DeliveryState): { code: string; message: string } | undefined {
  if (state === 'failed') return error ?? undefined;
  if (state !== 'unknown') return undefined;
  return live ? UNKNOWN_SHOWN : UNKNOWN;
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

/** Shows the delivery's state to those who look on. */
function show({ live }: DeliverDeps, delivery: Delivery, state: DeliveryState): void {
  const { _id: deliveryId, chatId, messageId, conversationId, personId, kind } = delivery;
  const event = { type: 'delivery', deliveryId, state, chatId, ...(messageId ? { messageId } : {}) };
  if (kind === 'message' && conversationId) live.publish(conversationTopic(conversationId), event);
  else if (personId) live.publish(personTopic(personId), event);
}
