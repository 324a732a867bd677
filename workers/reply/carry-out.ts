/** Carrying out what is decided, by natural keys: any process may do it, any number of times, from any point on. */
import { API_APP } from '#src/conversation.ts';
import { derivedId } from '#src/id.ts';
import { conversationTopic } from '#src/queue/topics.ts';
import { parseChatKey } from '#src/store/chats.ts';
import type { Decision } from '#src/store/conversations.ts';
import type { Message } from '#src/store/messages.ts';
import { messageEntry } from '#src/store/search.ts';
import { takeBackWrites } from '#src/store/take-back.ts';
import { insert, insertedId, type InsertWrite, update, type Write } from '#src/store/write.ts';
import type { WorkerDeps } from '../deps.ts';
import { withdrawDelivery } from '../withdraw.ts';
import { deliveryOf, messagesOf, type Target } from './outgoing.ts';

const SEQ_INDEX = 'conversationId_1_seq_1';

/** What was carried out. */
export interface CarriedOut {
  /** The messages that came to be. */
  messages: Message[];
  /** Nothing was there already, and nobody took a place in between: it is just as it was decided. */
  isUndisturbed: boolean;
}

/**
 * Decides, if `decide` is given, and carries out: replies, deliveries, event; inputs answered, turn done, `decided`
 * cleared, in this order. In one command as long as nobody takes a place in between.
 * Gives what was said; `undefined` when the decision did not hold, and nothing was written.
 */
export async function carryOut(
  deps: WorkerDeps,
  decision: Decision,
  target: Target,
  lastSeq: number,
  decide: Write[] = [],
): Promise<CarriedOut | undefined> {
  const { store } = deps;
  const { _id } = target.conversation;
  const there = new Set<string>();
  let [before, last] = [decide, lastSeq];
  for (;;) {
    const messages = messagesOf(decision, target);
    const missing = messages.filter((message) => !there.has(message._id));
    for (const [n, message] of missing.entries()) message.seq = last + 1 + n;
    const inserts = insertWrites(deps, decision, target, messages).filter((write) => !there.has(insertedId(write)));
    const writes = [...inserts, ...settleWrites(deps, decision, target, messages, missing.at(-1)?.seq ?? 0)];
    const result = await store.writeAll([...before, ...writes]);
    if (result.isDone) {
      if (there.size === 0) store.lastSeqs.set(_id, last + missing.length);
      else store.lastSeqs.delete(_id);
      announce(deps, decision, target, missing);
      return { messages: missing, isUndisturbed: before === decide };
    }
    const stopped = writes[result.index - before.length];
    if (stopped === undefined) return undefined;
    before = [];
    // Either the place was taken, or this very thing is there already: somebody began to carry it out before us.
    if (result.duplicateOf === SEQ_INDEX) last = await store.readLastSeq(_id);
    else there.add(insertedId(stopped));
  }
}

/** What comes to be: messages first, then their deliveries, then the event. */
function insertWrites({ store }: WorkerDeps, decision: Decision, target: Target, messages: Message[]): InsertWrite[] {
  const { turnId, at, fence } = decision;
  const state = stateOf(decision);
  const key = `turn.${state}:${turnId}:${fence}`;
  // A caller of our API reads the history: there is nowhere to say it.
  const isRead = parseChatKey(decision.chatId).channel === API_APP;
  const unsaid = growingAnswer(decision) ? messages.slice(1) : messages;
  const deliveries = isRead ? [] : unsaid.map((message) => deliveryOf(decision, target, message));
  const data = { conversationId: target.conversation._id, turnId, state };
  return [
    ...messages.map((message) => insert(store.messages, message)),
    ...messages.map((message) => messageEntry(store, message, target.conversation.personId)),
    ...deliveries.map((delivery) => insert(store.deliveries, delivery)),
    insert(store.events, { _id: derivedId('evt', at, key), key, type: `turn.${state}`, data, createdAt: at }),
  ];
}

function stateOf({ error }: Decision): 'failed' | 'done' {
  return error ? 'failed' : 'done';
}

/** The delivery in which people saw the answer growing. What failed, or is not to be said, is no answer to them. */
function growingAnswer({ growing, error, isTakenBack }: Decision): string | undefined {
  return error || isTakenBack ? undefined : growing;
}

/** What people saw growing becomes the delivery of the answer, or is taken back. */
function endGrowing({ store }: WorkerDeps, decision: Decision, target: Target, [first]: Message[]): Write[] {
  const { growing } = decision;
  if (growing === undefined) return [];
  if (growingAnswer(decision) === undefined || first === undefined) return [withdrawDelivery(store, growing)];
  const { _id: _, key: _key, to: _to, parts: _parts, fence: _fence, ...delivery } = deliveryOf(decision, target, first);
  return [update(store.deliveries, { _id: growing, live: 'growing' }, { $set: { ...delivery, live: 'decided' } })];
}

/** What is over: the growing, the inputs' wait, the turn, and our hold, last. */
function settleWrites(
  deps: WorkerDeps,
  decision: Decision,
  target: Target,
  messages: Message[],
  lastSeq: number,
): Write[] {
  const { store } = deps;
  const { turnId, chatId, inputs, error, at, isTakenBack } = decision;
  const change = { $set: { state: stateOf(decision), updatedAt: at, error: error ? { ...error, at } : null } };
  return [
    ...endGrowing(deps, decision, target, messages),
    ...(isTakenBack ? takeBackWrites(store, { chatId, turnId }) : []),
    update(
      store.messages,
      { _id: { $in: inputs } },
      { $set: { answer: error ? 'failed' : 'given', turnId } },
      { many: true },
    ),
    update(store.turns, { _id: turnId }, change),
    settle(deps, decision, target, lastSeq),
  ];
}

/**
 * The conversation is free again; without work, unless its inbox moved meanwhile or more was waiting all along. What was
 * taken back meanwhile is carried out once more, as that.
 */
function settle({ store }: WorkerDeps, decision: Decision, target: Target, lastSeq: number): Write {
  const { turnId, historyFrom, at, isTakenBack } = decision;
  const filter = {
    _id: target.conversation._id,
    fence: target.fence,
    'decided.turnId': turnId,
    ...(isTakenBack ? {} : { 'decided.isTakenBack': { $ne: true } }),
  };
  return update(store.conversations, filter, [
    {
      $set: {
        decided: null,
        turnId: null,
        growing: null,
        leaseHolder: null,
        leaseUntil: null,
        // What is left may have to wait: for more of it, or for older words that are being fetched.
        readyAt: target.hasMore ? '$readyAt' : { $cond: [{ $ne: ['$inbox', target.inbox] }, '$readyAt', null] },
        cuts: 0,
        crashes: 0,
        historyFrom,
        lastOutAt: at,
        lastMessageAt: at,
        lastSeq: { $max: ['$lastSeq', lastSeq] },
        hasWork: target.hasMore ? true : { $ne: ['$inbox', target.inbox] },
      },
    },
  ]);
}

/** Rings for what is to be said, and for what is left to answer; shows the messages to those who look on. */
function announce({ bells, live }: WorkerDeps, decision: Decision, target: Target, messages: Message[]): void {
  const { _id } = target.conversation;
  const { channel } = parseChatKey(decision.chatId);
  if (messages.length > 0 && channel !== API_APP) void bells.deliver(channel).ring(decision.chatId);
  if (target.hasMore) void bells.reply.ring(_id);
  for (const { _id: messageId, seq } of messages) {
    live.publish(conversationTopic(_id), { type: 'message', messageId, seq });
  }
  const state = decision.error ? 'failed' : 'done';
  live.publish(conversationTopic(_id), { type: 'turn', turnId: decision.turnId, state });
}
