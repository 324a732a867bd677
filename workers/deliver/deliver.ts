/** The deliver worker: the oldest open delivery of one chat, part by part, each with an intent written before it. */
import type { Channel } from '#src/channel.ts';
import type { Delivery } from '#src/store/deliveries.ts';
import { leaseEnd } from '#src/store/leases.ts';
import type { DeliverDeps } from '../deps.ts';
import { rejected } from './outcome.ts';
import { waitFor } from './pace.ts';
import { markAbandoned, splitParts } from './parts.ts';
import { createProbation, type Probation } from './probation.ts';
import { begin, type Dispatch, finish, isGone, noteNext, startPart } from './record.ts';
import { sendPart } from './send.ts';

/** Makes the worker's unit for a channel: says what waits in a chat, one delivery at a time. */
export function createDeliver(
  deps: DeliverDeps,
  channel: Channel,
): (chatId: string, signal: AbortSignal) => Promise<void> {
  const probation = createProbation(channel);
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

    const letGo = keeper.hold('deliveries', delivery._id);
    try {
      const nextTryAt = await dispatch(deps, channel, delivery, probation, signal);
      if (nextTryAt) bell.ringAt(chatId, nextTryAt);
      else if (open.length > 1) await bell.ring(chatId);
    } finally {
      letGo();
    }
  };
}

/** What has begun is said to its end before anything else is, an older one that was opened again included. */
function nextOf(open: readonly Delivery[]): Delivery | undefined {
  const hasBegun = ({ parts }: Delivery) => parts.some(({ state }) => state !== 'waiting');
  return open.find(({ state }) => state === 'sending') ?? open.find(hasBegun) ?? open[0];
}

/** Takes the delivery, and says its parts until none waits or one has to; then gives the time to go on. */
async function dispatch(
  deps: DeliverDeps,
  channel: Channel,
  delivery: Delivery,
  probation: Probation,
  signal: AbortSignal,
): Promise<Date | undefined> {
  const run: Dispatch = { delivery, parts: [], tries: [], fence: delivery.fence + 1 };
  let unformatted: unknown;
  try {
    Object.assign(run, markAbandoned(splitParts(delivery, (text) => channel.format(text))));
  } catch (error) {
    unformatted = error;
  }
  if (!(await begin(deps, run))) return new Date();
  if (unformatted !== undefined) return finish(deps, run, signal, rejected(unformatted).end);
  if (await isGone(deps.store, delivery)) return finish(deps, run, signal, { state: 'cancelled' });

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
