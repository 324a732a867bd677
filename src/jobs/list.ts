/** Jobs: turns and deliveries in one list, as an admin sees them. */
import { TURN_STATES, DELIVERY_STATES } from '../conversation.ts';
import { firstCharacters } from '../text/normalize.ts';
import type { Delivery } from '../store/deliveries.ts';
import type { Store } from '../store/store.ts';
import type { Turn } from '../store/turns.ts';

/** What a list of jobs is narrowed to. `span` is the paging's condition on `createdAt`. */
export interface JobFilter {
  states?: string[];
  kind?: 'reply' | 'deliver';
  app?: string;
  errorCode?: string;
  since?: Date;
  until?: Date;
  /** Open, and nobody has worked on it for so many seconds. */
  olderThanSeconds?: number;
}

/** A job of either kind. `text`: the beginning of what was asked or is to be said. */
export type Job = ({ kind: 'reply'; turn: Turn } | { kind: 'deliver'; delivery: Delivery }) & {
  id: string;
  createdAt: Date;
  text: string;
};

/** All states that a job of some kind can have. */
export const JOB_STATES: readonly string[] = [...new Set([...TURN_STATES, ...DELIVERY_STATES])];

const OPEN_STATES = ['queued', 'running', 'sending'];
const TEXT_LENGTH = 80;

/** Finds jobs, by time of creation. */
export async function findJobs(
  store: Store,
  filter: JobFilter,
  span: { filter: Record<string, unknown>; sort: 1 | -1 },
  limit: number,
): Promise<Job[]> {
  const conditions = { ...conditionsOf(filter), ...span.filter };
  const order = { createdAt: span.sort, _id: span.sort };
  const [turns, deliveries] = await Promise.all([
    filter.kind === 'deliver' ? [] : store.turns.find(conditions).sort(order).limit(limit).lean(),
    filter.kind === 'reply' ? [] : store.deliveries.find(conditions).sort(order).limit(limit).lean(),
  ]);
  const jobs = [...(await turnJobs(store, turns)), ...deliveries.map(deliveryJob)];
  return jobs.toSorted((a, b) => span.sort * compare(a, b)).slice(0, limit);
}

/** One job; `undefined` when there is none of this id. */
export async function findJob(store: Store, id: string): Promise<Job | undefined> {
  const [turn, delivery] = await Promise.all([
    id.startsWith('trn_') ? store.turns.findById(id).lean() : null,
    id.startsWith('dlv_') ? store.deliveries.findById(id).lean() : null,
  ]);
  if (delivery) return deliveryJob(delivery);
  return turn ? (await turnJobs(store, [turn]))[0] : undefined;
}

function compare(a: Job, b: Job): number {
  return a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1);
}

function conditionsOf({ states, app, errorCode, since, until, olderThanSeconds }: JobFilter): Record<string, unknown> {
  const createdAt = { ...(since ? { $gte: since } : {}), ...(until ? { $lte: until } : {}) };
  const isOpen = olderThanSeconds !== undefined;
  const wanted = states ?? (isOpen ? OPEN_STATES : undefined);
  return {
    ...(wanted ? { state: { $in: wanted } } : {}),
    ...(app ? { channel: app } : {}),
    ...(errorCode ? { 'error.code': errorCode } : {}),
    ...(since || until ? { createdAt } : {}),
    ...(isOpen ? { updatedAt: { $lt: new Date(Date.now() - olderThanSeconds * 1000) } } : {}),
  };
}

async function turnJobs(store: Store, turns: Turn[]): Promise<Job[]> {
  const firsts = turns.flatMap(({ inputs }) => inputs.slice(0, 1));
  const messages = firsts.length > 0 ? await store.messages.find({ _id: { $in: firsts } }, { text: 1 }).lean() : [];
  const texts = new Map(messages.map(({ _id, text }) => [_id, text]));
  return turns.map((turn) => ({
    kind: 'reply',
    turn,
    id: turn._id,
    createdAt: turn.createdAt,
    text: firstCharacters(texts.get(turn.inputs[0] ?? '') ?? '', TEXT_LENGTH),
  }));
}

function deliveryJob(delivery: Delivery): Job {
  return { kind: 'deliver', delivery, id: delivery._id, createdAt: delivery.createdAt, text: delivery.preview };
}
