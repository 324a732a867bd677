/** A turn in its course: begun under a lease, handed back, or left without work. */
import type { Answerer } from '#src/agents/effective.ts';
import { LEASE_MS } from '#src/conversation.ts';
import { conversationTopic } from '#src/queue/topics.ts';
import type { Conversation } from '#src/store/conversations.ts';
import type { Delivery } from '#src/store/deliveries.ts';
import type { Message } from '#src/store/messages.ts';
import type { Store } from '#src/store/store.ts';
import { guard, update, type Write } from '#src/store/write.ts';
import type { ReplyDeps } from '../deps.ts';
import { withdrawWrites } from '../withdraw.ts';
import type { Recent } from './recent.ts';

/** What running turns needs besides: what this process remembers of the conversations that it answered. */
export interface TurnDeps extends ReplyDeps {
  recent: Recent;
}

/** A turn that is run: what it answers, under which fence, and what was read for it. */
export interface RunningTurn {
  id: string;
  conversation: Conversation;
  /** The conversation's recent messages, in order. */
  messages: Message[];
  /** At least one. */
  inputs: readonly [Message, ...Message[]];
  /** Who answers, and how. */
  answerer: Answerer;
  fence: number;
  /** The platform's message that is answered; groups only. */
  replyTo?: string;
  /** The delivery in which people see this turn's answer growing, of this run or of one that died. */
  growing?: Delivery;
}

const RUNS_KEPT = 20;

/** Takes the lease if nothing changed since the conversation was read, notes the run, and counts what it costs. */
export async function beginTurn({ store, holder }: ReplyDeps, turn: RunningTurn, count: Write[]): Promise<boolean> {
  const { conversation, fence, id } = turn;
  const { _id, inbox, leaseHolder, crashes } = conversation;
  const now = new Date();
  const lease = { leaseHolder: holder, leaseUntil: new Date(now.getTime() + LEASE_MS) };
  const result = await store.writeAll([
    guard(
      store.conversations,
      { _id, inbox, fence: conversation.fence },
      { $set: { ...lease, fence, turnId: id, crashes: leaseHolder ? crashes + 1 : 0 } },
    ),
    ...cancelTurn(store, conversation.turnId === id ? null : conversation.turnId),
    ...(turn.growing ? [] : withdrawWrites(store, _id, conversation.growing)),
    ...absorbTurns(store, turn, now),
    noteRun(store, turn, now),
    ...count,
  ]);
  return result.isDone;
}

function noteRun(store: Store, { id, conversation, inputs, fence }: RunningTurn, now: Date): Write {
  const { personId, _id: conversationId } = conversation;
  const [{ chatId, channel, createdAt }] = inputs;
  return update(
    store.turns,
    { _id: id },
    {
      $set: { state: 'running', inputs: inputs.map((input) => input._id), error: null, updatedAt: now },
      $setOnInsert: { conversationId, ...(personId ? { personId } : {}), chatId, channel, createdAt },
      $push: { runs: { $each: [{ at: now, fence }], $slice: -RUNS_KEPT } },
    },
    { upsert: true },
  );
}

/** A turn whose first message is no longer a question. */
function cancelTurn(store: Store, turnId: string | null | undefined): Write[] {
  if (!turnId) return [];
  const change = { $set: { state: 'cancelled' as const, updatedAt: new Date() } };
  return [update(store.turns, { _id: turnId, state: { $in: ['queued', 'running'] } }, change)];
}

/** Replayed turns whose messages this one takes along: it answers for them. */
function absorbTurns(store: Store, { id, inputs }: RunningTurn, now: Date): Write[] {
  const absorbed = new Set(inputs.flatMap(({ turnId }) => (turnId && turnId !== id ? [turnId] : [])));
  if (absorbed.size === 0) return [];
  const error = { code: 'answered_together', message: `Its messages are answered by ${id}.`, at: now };
  const change = { $set: { state: 'cancelled' as const, error, updatedAt: now } };
  return [update(store.turns, { _id: { $in: [...absorbed] } }, change, { many: true })];
}

/** Gives the conversation back for another run: `cut` because the question changed, else because we shut down. */
export async function handBack(
  { store, bells, live }: ReplyDeps,
  turn: RunningTurn,
  why: 'cut' | 'shutdown',
): Promise<void> {
  const { _id } = turn.conversation;
  const error = why === 'cut' ? 'cut short: the question changed' : 'the process was shut down';
  const state = why === 'cut' ? ('running' as const) : ('queued' as const);
  await store.writeAll([
    update(
      store.turns,
      { _id: turn.id, state: 'running', 'runs.fence': turn.fence },
      { $set: { state, 'runs.$.error': error, updatedAt: new Date() } },
    ),
    update(
      store.conversations,
      { _id, fence: turn.fence },
      { $set: { leaseHolder: null, leaseUntil: null }, $inc: { cuts: why === 'cut' ? 1 : 0 } },
    ),
    ...(why === 'cut' ? withdrawWrites(store, _id, turn.growing?._id) : []),
  ]);
  if (why === 'cut' && turn.growing) void bells.deliver(turn.growing.channel).ring(turn.growing.chatId);
  if (why === 'cut') live.publish(conversationTopic(_id), { type: 'restart', turnId: turn.id });
  await bells.reply.ring(_id);
}

/** The turn has ended without an answer: what people saw growing is taken back. */
export async function withdraw({ store, bells }: ReplyDeps, { growing, conversation }: RunningTurn): Promise<void> {
  if (!growing) return;
  await store.writeAll(withdrawWrites(store, conversation._id, growing._id));
  await bells.deliver(growing.channel).ring(growing.chatId);
}

/** Nothing is unanswered: the conversation rests, unless something comes in this moment. */
export async function rest({ store }: ReplyDeps, { _id, inbox, fence, turnId, growing }: Conversation): Promise<void> {
  const rested = {
    hasWork: false,
    cuts: 0,
    crashes: 0,
    turnId: null,
    readyAt: null,
    leaseHolder: null,
    leaseUntil: null,
  };
  await store.writeAll([
    guard(store.conversations, { _id, inbox, fence }, { $set: rested }),
    ...cancelTurn(store, turnId),
    ...withdrawWrites(store, _id, growing),
  ]);
}
