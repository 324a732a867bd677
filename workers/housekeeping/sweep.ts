/**
 * The sweeper: finds in MongoDB what nobody works on, and rings for it. Whatever was rung may be lost (Redis wiped,
 * a process killed before it rang); two seconds later it is rung again.
 */
import type { DeliveryState } from '#src/conversation.ts';
import { describeError } from '#src/errors.ts';
import { sweepErasures } from '#src/history/erase.ts';
import { requeueTurn } from '#src/jobs/replay.ts';
import type { Delivery } from '#src/store/deliveries.ts';
import { holdLease, leaseEnd } from '#src/store/leases.ts';
import type { Turn } from '#src/store/turns.ts';
import { pause } from '#src/waiting.ts';
import type { WorkerDeps } from '../deps.ts';
import { withdrawDelivery } from '../withdraw.ts';

const SWEEP_EVERY_MS = 2_000;
/** Of each kind; of deliveries, chats of each channel. */
const A_ROUND = 500;
const UNSETTLED = { state: { $in: ['queued', 'sending'] satisfies DeliveryState[] } };
/** A turn that is open for so long, in a conversation without work, is nobody's. */
const FORGOTTEN_AFTER_MS = 10_000;

/**
 * Sweeps until the returned function is called; in one process at a time. Erasing may have to wait for somebody's send,
 * and rings do not wait for that.
 */
export function startSweeper(deps: WorkerDeps): () => Promise<void> {
  const stop = new AbortController();
  const { signal } = stop;
  const loops = [
    keepDoing(deps, () => sweep(deps), signal),
    keepDoing(deps, () => sweepErasures(deps, { signal }), signal),
  ];
  return async () => {
    stop.abort();
    await Promise.all(loops);
  };
}

async function keepDoing(
  { store, holder, log }: WorkerDeps,
  round: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  for (; !signal.aborted; await pause(SWEEP_EVERY_MS, signal)) {
    try {
      if (await holdLease(store, 'sweeper', holder)) await round();
    } catch (error) {
      if (!signal.aborted) log.warn({ error: describeError(error) }, 'a sweep failed; the next one is in two seconds');
    }
  }
}

/** One round: unsettled conversations, deliveries whose time has come, and forgotten turns. */
export async function sweep(deps: Pick<WorkerDeps, 'store' | 'bells'>, now = new Date()): Promise<void> {
  await Promise.all([
    sweepConversations(deps, now),
    sweepDeliveries(deps, now),
    sweepGrowing(deps, now),
    sweepTurns(deps, now),
  ]);
}

async function sweepConversations({ store, bells }: Pick<WorkerDeps, 'store' | 'bells'>, now: Date): Promise<void> {
  const found = await store.conversations
    .find({ hasWork: true, mode: 'agent' }, { readyAt: 1, leaseUntil: 1, leaseHolder: 1 })
    .sort({ workAt: 1 })
    .limit(A_ROUND)
    .lean();
  const due = found.filter((held) => leaseEnd(held) === undefined && !isLater(held.readyAt, now));
  if (due.length > 0) await bells.reply.ring(...due.map(({ _id }) => _id));
}

/**
 * Each channel by itself, and of each the chats: one that nobody serves any more, or in which much waits, leaves much
 * behind and keeps nobody else waiting.
 */
async function sweepDeliveries(deps: Pick<WorkerDeps, 'store' | 'bells'>, now: Date): Promise<void> {
  const channels = await deps.store.deliveries.distinct('channel', UNSETTLED);
  await Promise.all(channels.map((channel) => sweepChannel(deps, channel, now)));
}

async function sweepChannel(
  { store, bells }: Pick<WorkerDeps, 'store' | 'bells'>,
  channel: string,
  now: Date,
): Promise<void> {
  const due = await store.deliveries.aggregate<{ _id: string }>([
    { $match: { ...UNSETTLED, channel, live: { $ne: 'growing' }, nextTryAt: { $lte: now } } },
    { $group: { _id: '$chatId', since: { $min: '$nextTryAt' } } },
    { $sort: { since: 1 } },
    { $limit: A_ROUND },
  ]);
  if (due.length > 0) await bells.deliver(channel).ring(...due.map(({ _id }) => _id));
}

async function sweepGrowing(deps: Pick<WorkerDeps, 'store' | 'bells'>, now: Date): Promise<void> {
  const growing = await deps.store.deliveries
    .find({ ...UNSETTLED, live: 'growing', nextTryAt: { $lte: now } }, { chatId: 1, channel: 1, conversationId: 1 })
    .sort({ nextTryAt: 1 })
    .limit(A_ROUND)
    .lean();
  await Promise.all(growing.map((delivery) => withdrawForgotten(deps, delivery)));
}

/** An answer that grows, and of which no conversation knows that will ever end it, is taken back. */
async function withdrawForgotten(
  { store, bells }: Pick<WorkerDeps, 'store' | 'bells'>,
  { _id, conversationId = '', chatId, channel }: Pick<Delivery, '_id' | 'conversationId' | 'chatId' | 'channel'>,
): Promise<void> {
  const conversation = await store.readConversation(conversationId);
  const isAtWork = conversation?.hasWork && conversation.mode === 'agent' && !conversation.goneAt;
  if (isAtWork && conversation.growing === _id) return;
  await store.writeAll([withdrawDelivery(store, _id)]);
  await bells.deliver(channel).ring(chatId);
}

async function sweepTurns(deps: Pick<WorkerDeps, 'store' | 'bells'>, now: Date): Promise<void> {
  const since = new Date(now.getTime() - FORGOTTEN_AFTER_MS);
  const open = await deps.store.turns
    .find({ state: { $in: ['queued', 'running'] }, updatedAt: { $lt: since } })
    .limit(A_ROUND)
    .lean();
  // All at once: that is one reading.
  const conversations = await Promise.all(
    open.map(({ conversationId }) => deps.store.readConversation(conversationId)),
  );
  for (const turn of open.filter((_, index) => !conversations[index]?.hasWork)) await settleForgotten(deps, turn, now);
}

/** A replay that was left half done is done; a turn whose messages are no longer questions has ended. */
async function settleForgotten(deps: Pick<WorkerDeps, 'store' | 'bells'>, turn: Turn, now: Date): Promise<void> {
  const { _id, state, inputs } = turn;
  const messages = await deps.store.messages.find({ _id: { $in: inputs }, deletedAt: null }, { answer: 1 }).lean();
  if (messages.some(({ answer }) => answer === 'failed' || answer === 'wanted')) {
    await requeueTurn(deps, turn);
    return;
  }
  await deps.store.turns.updateOne(
    { _id, state, updatedAt: turn.updatedAt },
    { $set: { state: 'cancelled', updatedAt: now } },
  );
}

function isLater(time: Date | null | undefined, now: Date): boolean {
  return time !== null && time !== undefined && time > now;
}
