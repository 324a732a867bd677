/** What an admin does to a job: try it again, or say what became of it. Truth is set back; then it is rung for. */
import { ConflictError, NotFoundError } from '../errors.ts';
import type { Bells } from '../queue/bells.ts';
import { workOf } from '../store/arrival.ts';
import { type Delivery, settledState } from '../store/deliveries.ts';
import type { Store } from '../store/store.ts';
import type { Turn } from '../store/turns.ts';
import { guard, update } from '../store/write.ts';

export interface JobDeps {
  store: Store;
  bells: Bells;
}

/**
 * Tries a failed turn or delivery again; what is queued, now. Throws `ConflictError` when there is nothing to try
 * again, and for the later of two at once. `force`: an unknown delivery too, which may say it twice.
 */
export async function replayJob(deps: JobDeps, id: string, options: { force?: boolean } = {}): Promise<void> {
  if (id.startsWith('trn_')) return replayTurn(deps, id);
  if (id.startsWith('dlv_')) return replayDelivery(deps, id, options.force ?? false);
  throw new NotFoundError(`Job ${id}`);
}

async function replayTurn(deps: JobDeps, id: string): Promise<void> {
  const turn = await deps.store.turns.findById(id).lean();
  if (!turn) throw new NotFoundError(`Job ${id}`);
  if (turn.state === 'queued') return deps.bells.reply.ring(turn.conversationId);
  if (turn.state !== 'failed')
    throw new ConflictError('not_replayable', `The turn is ${turn.state}; only a failed one can be replayed.`);
  if (!(await deps.store.messages.exists({ _id: { $in: turn.inputs }, deletedAt: null }))) {
    throw new ConflictError('message_gone', 'The messages that this turn answered are gone.');
  }
  if (!(await requeueTurn(deps, turn)))
    throw new ConflictError('not_replayable', 'Somebody else is replaying this turn.');
}

/**
 * Sets the turn and its messages back, and gives the conversation work, in one command. Says whether it was us.
 * A turn of which nothing is left to answer is cancelled instead.
 */
export async function requeueTurn({ store, bells }: JobDeps, turn: Turn): Promise<boolean> {
  const { _id, state, conversationId, inputs } = turn;
  const isLeft = { _id: { $in: inputs }, deletedAt: null, answer: { $in: ['failed', 'wanted'] } } as const;
  const messages = await store.messages.find(isLeft, { seq: 1 }).lean();
  const now = new Date();
  if (messages.length === 0) {
    await store.turns.updateOne({ _id, state }, { $set: { state: 'cancelled', updatedAt: now } });
    return false;
  }
  const result = await store.writeAll([
    guard(store.turns, { _id, state }, { $set: { state: 'queued', updatedAt: now } }),
    update(store.messages, { _id: { $in: inputs }, answer: 'failed' }, { $set: { answer: 'wanted' } }, { many: true }),
    update(store.conversations, { _id: conversationId }, [
      {
        $set: {
          ...workOf(
            messages.map(({ seq }) => seq),
            now,
          ),
          inbox: { $add: ['$inbox', 1] },
        },
      },
    ]),
  ]);
  if (result.isDone) await bells.reply.ring(conversationId);
  return result.isDone;
}

async function replayDelivery(deps: JobDeps, id: string, isForced: boolean): Promise<void> {
  const delivery = await findDelivery(deps.store, id);
  const { state } = delivery;
  const isAllowed = state === 'failed' || state === 'queued' || (state === 'unknown' && isForced);
  if (!isAllowed) throw new ConflictError('not_replayable', refusal(delivery));
  await reopen(deps, delivery, ['failed', ...(isForced ? ['unknown'] : [])]);
}

function refusal({ state }: Delivery): string {
  return state === 'unknown'
    ? 'Nobody knows whether it arrived: replaying may say it twice. Look in the chat, then resolve it as sent or not_sent.'
    : `The delivery is ${state}; only a failed one can be replayed.`;
}

/** Says what became of an unknown delivery. Its unknown parts alone are touched: sent, or sent again at once. */
export async function resolveDelivery(deps: JobDeps, id: string, outcome: 'sent' | 'not_sent'): Promise<void> {
  const delivery = await findDelivery(deps.store, id);
  if (delivery.state !== 'unknown') {
    throw new ConflictError('not_unknown', `The delivery is ${delivery.state}; only an unknown one can be resolved.`);
  }
  if (outcome === 'not_sent') return reopen(deps, delivery, ['unknown']);
  const parts = delivery.parts.map((part) => (part.state === 'unknown' ? { ...part, state: 'sent' as const } : part));
  const changed = await deps.store.deliveries.updateOne(
    { _id: id, state: 'unknown' },
    { $set: { state: settledState(parts), parts, error: null, updatedAt: new Date() } },
  );
  if (changed.matchedCount === 0) throw new ConflictError('not_unknown', 'Somebody else has resolved this delivery.');
}

/** Opens the delivery again: its parts in these states wait to be sent. */
async function reopen({ store, bells }: JobDeps, delivery: Delivery, states: string[]): Promise<void> {
  const { _id, state, updatedAt } = delivery;
  const parts = delivery.parts.map((part) =>
    states.includes(part.state) ? { ...part, state: 'waiting' as const } : part,
  );
  const now = new Date();
  const reopened = await store.deliveries.updateOne(
    { _id, state, updatedAt },
    { $set: { state: 'queued', isOpen: true, parts, nextTryAt: now, attempts: 0, error: null, updatedAt: now } },
  );
  if (reopened.matchedCount === 0)
    throw new ConflictError('not_replayable', 'Somebody else is replaying this delivery.');
  await bells.deliver(delivery.channel).ring(delivery.chatId);
}

async function findDelivery(store: Store, id: string): Promise<Delivery> {
  const delivery = await store.deliveries.findById(id).lean();
  if (!delivery) throw new NotFoundError(`Job ${id}`);
  return delivery;
}
