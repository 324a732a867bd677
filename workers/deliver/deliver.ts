/** The deliver worker: the oldest open delivery of one chat, part by part, each with an intent written before it. */
import type { Channel } from '#src/channel.ts';
import { LEASE_RENEW_MS } from '#src/conversation.ts';
import { isPaused } from '#src/store/channels.ts';
import type { Delivery, Part } from '#src/store/deliveries.ts';
import { leaseEnd } from '#src/store/leases.ts';
import type { DeliverDeps } from '../deps.ts';
import { isToBeLookedFor, lookUpParts, orLookAgain } from './look-up.ts';
import { type End, handedBack, rejected, untilResumed } from './outcome.ts';
import { waitFor } from '../pace.ts';
import { markAbandoned, splitParts } from './parts.ts';
import { createProbation, type Probation } from './probation.ts';
import { begin, type Dispatch, finish, isGone, isUnsure, isUnwanted, noteNext, startPart } from './record.ts';
import { sendPart } from './send.ts';
import { untilStored } from '../until-stored.ts';
import { takeBack } from './shown.ts';

/** What this process knows that is not written anywhere. */
interface Memory {
  probation: Probation;
  /** Intents that were or may have been written, under which nothing was sent. */
  unsent: Set<string>;
  /** Deliveries that a unit of ours is at: whatever became of their lease, what it does is not abandoned. */
  inHand: Set<string>;
}

/** Makes the worker's unit for a channel: says what waits in a chat, one delivery at a time. */
export function createDeliver(
  deps: DeliverDeps,
  channel: Channel,
): (chatId: string, signal: AbortSignal) => Promise<void> {
  const memory: Memory = { probation: createProbation(channel), unsent: new Set(), inHand: new Set() };
  return async (chatId, signal) => {
    if (signal.aborted) return;
    const { store, bells, pacer, keeper } = deps;
    const open = await store.readOpenDeliveries(chatId);
    const delivery = nextOf(open);
    if (delivery === undefined) return;
    const bell = bells.deliver(channel.name);
    const isEarly = delivery.nextTryAt.getTime() > Date.now();
    const later = leaseEnd(delivery) ?? (isEarly ? delivery.nextTryAt : undefined);
    if (later) return bell.ringAt(chatId, later);
    const wait = await waitFor(pacer, channel, { chatId, kind: delivery.to.kind, isEdit: endsGrowing(delivery) });
    if (wait > 0) return bell.ringAt(chatId, new Date(Date.now() + wait));

    if (memory.inHand.has(delivery._id)) return bell.ringAt(chatId, new Date(Date.now() + LEASE_RENEW_MS));
    memory.inHand.add(delivery._id);
    const letGo = keeper.hold('deliveries', delivery._id);
    try {
      const nextTryAt = await dispatch(deps, channel, delivery, memory, signal);
      if (nextTryAt) bell.ringAt(chatId, nextTryAt);
      else if (open.length > 1) await bell.ring(chatId);
    } finally {
      memory.inHand.delete(delivery._id);
      letGo();
    }
  };
}

/** Whether what comes next is the edit that ends a message which people saw growing. */
function endsGrowing({ live, parts }: Delivery): boolean {
  return live === 'decided' && parts[0]?.externalId !== undefined;
}

/**
 * What has begun is said to its end before anything else is, an older one that was opened again included. What was
 * taken back keeps nobody waiting until it is looked for: nothing more of it is said.
 */
function nextOf(open: readonly Delivery[]): Delivery | undefined {
  const rests = ({ state, isTakenBack, nextTryAt }: Delivery) =>
    state === 'queued' && isTakenBack === true && nextTryAt.getTime() > Date.now();
  const hasBegun = ({ parts }: Delivery) => parts.some(({ state }) => state !== 'waiting');
  const inLine = open.filter((delivery) => !rests(delivery));
  return inLine.find(({ state }) => state === 'sending') ?? inLine.find(hasBegun) ?? inLine[0] ?? open[0];
}

function intentOf({ _id }: Delivery, fence: number): string {
  return `${_id}:${fence}`;
}

/** Takes the delivery, and says its parts until none waits or one has to; then gives the time to go on. */
async function dispatch(
  deps: DeliverDeps,
  channel: Channel,
  delivery: Delivery,
  memory: Memory,
  signal: AbortSignal,
): Promise<Date | undefined> {
  const run: Dispatch = { delivery, parts: [], tries: [], fence: delivery.fence + 1 };
  const taken = await take(deps, channel, run, memory);
  if (taken === 'lost') return new Date();
  const leave = (end?: End) => finish(deps, run, signal, orLookAgain(channel, run, end));
  const forget = () => memory.unsent.delete(intentOf(delivery, run.fence));
  if (taken.unformatted !== undefined) return leave(rejected(taken.unformatted).end).finally(forget);
  const look = () => Promise.all([isGone(deps.store, delivery), isPaused(deps.store, channel)]);
  // Nothing is sent yet: whoever took this over could not know that.
  const [isUntold, isWaiting] = await untilStored(deps, signal, look);
  run.isOver = isUnwanted(delivery) || isUntold;
  if (run.isOver && !delivery.live && !isUnsure(run)) return leave().finally(forget);
  if (isWaiting) return leave(untilResumed()).finally(forget);
  forget();
  await lookUpParts(deps, channel, run, memory.probation, signal);
  if (signal.aborted) return leave(handedBack());
  const end = run.isOver ? undefined : await sayParts(deps, channel, run, memory.probation, signal);
  if (end === 'lost') return new Date();
  const isSeen = run.isOver && delivery.live !== undefined;
  return leave(isSeen ? await takeBack(deps, channel, run, memory.probation, signal) : end);
}

/** Takes the delivery with the intent for its first part. `lost`: somebody else has it. */
async function take(
  deps: DeliverDeps,
  channel: Channel,
  run: Dispatch,
  { unsent }: Memory,
): Promise<'lost' | { unformatted?: unknown }> {
  const { delivery } = run;
  const intent = intentOf(delivery, run.fence);
  // Another process may have used the same fence, where our own write was never carried out: the holder tells.
  const isOurs = delivery.leaseHolder === deps.holder;
  const isUnsent = ({ fence = 0 }: Part) => isOurs && unsent.has(intentOf(delivery, fence));
  let unformatted: unknown;
  try {
    const parts = splitParts(delivery, (text) => channel.format(text));
    Object.assign(run, markAbandoned(parts, isUnsent));
    const next = run.parts.find(({ state }) => state === 'waiting');
    // What is looked for first may have to be said before it.
    if (next && !isUnwanted(delivery) && !isToBeLookedFor(channel, run)) startPart(next, run.fence);
  } catch (error) {
    unformatted = error;
  }
  // Until a send begins: if what comes before it fails, we know that nothing was said. That the write did not hold
  // proves nothing of an earlier try at the same one: that may be why.
  const isFirstTry = !unsent.has(intent);
  unsent.add(intent);
  if (await begin(deps, run)) return { unformatted };
  if (isFirstTry) unsent.delete(intent);
  return 'lost';
}

/**
 * Says part after part, each under its own intent; that of the first is written already where nothing had to be looked
 * for, and a place for it is taken. Gives how it is left. A delivery that is taken back meanwhile `isOver`.
 */
async function sayParts(
  deps: DeliverDeps,
  channel: Channel,
  run: Dispatch,
  probation: Probation,
  signal: AbortSignal,
): Promise<End | undefined | 'lost'> {
  const place = { chatId: run.delivery.chatId, kind: run.delivery.to.kind };
  for (let hasPlace = true; ;) {
    const part = run.parts.find(({ state }) => state === 'sending');
    if (part) {
      hasPlace = false;
      const outcome = await sendPart(deps, channel, run, part, probation, signal);
      if (outcome.isForgotten) delete part.externalId;
      Object.assign(part, outcome.part);
      run.tries.push(outcome.tried);
      if (outcome.end) return outcome.end;
    }
    const next = run.parts.find(({ state }) => state === 'waiting');
    if (next === undefined) return undefined;
    if (await untilStored(deps, signal, () => isPaused(deps.store, channel))) return untilResumed();
    if (signal.aborted) return handedBack();
    const wait = hasPlace ? 0 : await waitFor(deps.pacer, channel, place);
    if (wait > 0) return { state: 'queued', nextTryAt: new Date(Date.now() + wait) };
    startPart(next, run.fence);
    const noted = await noteNext(deps, run, signal);
    run.isOver = noted === 'taken back';
    if (run.isOver) return undefined;
    if (noted === 'lost') return 'lost';
    if (signal.aborted) return handedBack();
  }
}
