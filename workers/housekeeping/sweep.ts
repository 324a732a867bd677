/**
 * The sweeper: finds in MongoDB what nobody works on, and rings for it. Whatever was rung may be lost (Redis wiped,
 * a process killed before it rang); two seconds later it is rung again.
 */
import { sweepErasures } from '#src/history/erase.ts';
import { requeueTurn } from '#src/jobs/replay.ts';
import type { Delivery } from '#src/store/deliveries.ts';
import { holdLease, leaseEnd } from '#src/store/leases.ts';
import type { Turn } from '#src/store/turns.ts';
import type { WorkerDeps } from '../deps.ts';
import { withdrawDelivery } from '../withdraw.ts';

const SWEEP_EVERY_MS = 2_000;
const CONVERSATIONS_A_ROUND = 500;
const DELIVERIES_A_ROUND = 1_000;
/** A turn that is open for so long, in a conversation without work, is nobody's. */
const FORGOTTEN_AFTER_MS = 10_000;

/** Sweeps until the returned function is called; in one process at a time. */
export function startSweeper(deps: WorkerDeps): () => Promise<void> {
  const { store, holder, log } = deps;
  let [isStopped, timer]: [boolean, NodeJS.Timeout | undefined] = [false, undefined];

  const round = async () => {
    try {
      if (await holdLease(store, 'sweeper', holder)) await Promise.all([sweep(deps), sweepErasures(deps)]);
    } catch (error) {
      log.warn({ error: (error as Error).message }, 'a sweep failed; the next one is in two seconds');
    }
    if (!isStopped) timer = setTimeout(() => void (running = round()), SWEEP_EVERY_MS);
  };
  let running = round();

  return async () => {
    isStopped = true;
    clearTimeout(timer);
    await running;
  };
}

/** One round: unsettled conversations, deliveries whose time has come, and forgotten turns. */
export async function sweep(deps: Pick<WorkerDeps, 'store' | 'bells'>, now = new Date()): Promise<void> {
  await Promise.all([sweepConversations(deps, now), sweepDeliveries(deps, now), sweepTurns(deps, now)]);
}

async function sweepConversations({ store, bells }: Pick<WorkerDeps, 'store' | 'bells'>, now: Date): Promise<void> {
  const found = await store.conversations
    .find({ hasWork: true, mode: 'agent' }, { readyAt: 1, leaseUntil: 1, leaseHolder: 1 })
    .sort({ workAt: 1 })
    .limit(CONVERSATIONS_A_ROUND)
    .lean();
  const due = found.filter((held) => leaseEnd(held) === undefined && !isLater(held.readyAt, now));
  if (due.length > 0) await bells.reply.ring(...due.map(({ _id }) => _id));
}

async function sweepDeliveries({ store, bells }: Pick<WorkerDeps, 'store' | 'bells'>, now: Date): Promise<void> {
  const found = await store.deliveries
    .find(
      { state: { $in: ['queued', 'sending'] } },
      { chatId: 1, channel: 1, nextTryAt: 1, live: 1, conversationId: 1 },
    )
    .sort({ nextTryAt: 1 })
    .limit(DELIVERIES_A_ROUND)
    .lean();
  const growing = found.filter(({ live }) => live === 'growing');
  await Promise.all(growing.map((delivery) => withdrawForgotten({ store, bells }, delivery)));
  const due = found.filter(({ nextTryAt, live }) => live !== 'growing' && !isLater(nextTryAt, now));
  for (const [channel, deliveries] of Map.groupBy(due, (delivery) => delivery.channel)) {
    await bells.deliver(channel).ring(...new Set(deliveries.map(({ chatId }) => chatId)));
  }
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
    .find({ state: { $in: ['queued', 'running'] } })
    .limit(CONVERSATIONS_A_ROUND)
    .lean();
  for (const turn of open.filter(({ updatedAt }) => updatedAt < since)) {
    const conversation = await deps.store.readConversation(turn.conversationId);
    if (!conversation?.hasWork) await settleForgotten(deps, turn, now);
  }
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
