/** The deliver worker: the oldest open delivery of one chat, part by part, each with an intent written before it. */
import type { Channel } from '#src/channel.ts';
import { LEASE_RENEW_MS } from '#src/conversation.ts';
import type { Delivery, Part } from '#src/store/deliveries.ts';
import { leaseEnd } from '#src/store/leases.ts';
import type { DeliverDeps } from '../deps.ts';
import { rejected } from './outcome.ts';
import { waitFor } from './pace.ts';
import { markAbandoned, splitParts } from './parts.ts';
import { createProbation, type Probation } from './probation.ts';
import { begin, type Dispatch, finish, isGone, noteNext, startPart } from './record.ts';
import { sendPart } from './send.ts';

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
    const { store, bells, pacer, keeper } = deps;
    const open = await store.readOpenDeliveries(chatId);
    const delivery = nextOf(open);
    if (delivery === undefined) return;
    const bell = bells.deliver(channel.name);
    const isEarly = delivery.nextTryAt.getTime() > Date.now();
    const later = leaseEnd(delivery) ?? (isEarly ? delivery.nextTryAt : undefined);
    if (later) return bell.ringAt(chatId, later);
    const wait = await waitFor(pacer, channel, delivery);
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

/** What has begun is said to its end before anything else is, an older one that was opened again included. */
function nextOf(open: readonly Delivery[]): Delivery | undefined {
  const hasBegun = ({ parts }: Delivery) => parts.some(({ state }) => state !== 'waiting');
  return open.find(({ state }) => state === 'sending') ?? open.find(hasBegun) ?? open[0];
}

function intentOf({ _id }: Delivery, fence: number): string {
  return `${_id}:${fence}`;
}

/** Takes the delivery, and says its parts until none waits or one has to; then gives the time to go on. */
async function dispatch(
  deps: DeliverDeps,
  channel: Channel,
  delivery: Delivery,
  { probation, unsent }: Memory,
  signal: AbortSignal,
): Promise<Date | undefined> {
  const run: Dispatch = { delivery, parts: [], tries: [], fence: delivery.fence + 1 };
  const intent = intentOf(delivery, run.fence);
  // Another process may have used the same fence, where our own write was never carried out: the holder tells.
  const isOurs = delivery.leaseHolder === deps.holder;
  const isUnsent = ({ fence = 0 }: Part) => isOurs && unsent.has(intentOf(delivery, fence));
  let unformatted: unknown;
  try {
    Object.assign(
      run,
      markAbandoned(
        splitParts(delivery, (text) => channel.format(text)),
        isUnsent,
      ),
    );
  } catch (error) {
    unformatted = error;
  }
  // Until a send begins: if what comes before it fails, we know that nothing was said. That the write did not hold
  // proves nothing of an earlier try at the same one: that may be why.
  const isFirstTry = !unsent.has(intent);
  unsent.add(intent);
  if (!(await begin(deps, run))) {
    if (isFirstTry) unsent.delete(intent);
    return new Date();
  }
  if (unformatted !== undefined) return finish(deps, run, signal, rejected(unformatted).end);
  if (await isGone(deps.store, delivery)) return finish(deps, run, signal, { state: 'cancelled' });
  unsent.delete(intent);

  for (let part = run.parts.find(({ state }) => state === 'sending'); part !== undefined;) {
    const outcome = await sendPart(deps, channel, run, part, probation, signal);
    Object.assign(part, outcome.part);
    run.tries.push(outcome.tried);
    if (outcome.end) return finish(deps, run, signal, outcome.end);
    const next = run.parts.find(({ state }) => state === 'waiting');
    if (next === undefined) break;
    const wait = signal.aborted ? 1 : await waitFor(deps.pacer, channel, delivery);
    if (wait > 0) return finish(deps, run, signal, { state: 'queued', nextTryAt: new Date(Date.now() + wait) });
    startPart(next, run.fence);
    if (!(await noteNext(deps, run, signal))) return new Date();
    part = next;
  }
  return finish(deps, run, signal);
}
