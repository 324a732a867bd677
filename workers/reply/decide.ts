/** The decision: an answer is posted only if it still answers what was asked. */
import { CUT_LIMIT, LEASE_MS } from '#src/conversation.ts';
import type { Conversation, Decision } from '#src/store/conversations.ts';
import type { Message } from '#src/store/messages.ts';
import { guard } from '#src/store/write.ts';
import type { ReplyDeps } from '../deps.ts';
import { carryOut } from './carry-out.ts';
import { chooseInputs, isSameQuestion, nextHistoryFrom } from './inputs.ts';
import type { Target } from './outgoing.ts';
import type { Recent } from './recent.ts';
import { handBack, type RunningTurn, type TurnDeps, withdraw } from './turn.ts';

/** What came of a turn. With `error`, `texts` is what the person is told instead of an answer. */
export type Outcome = Pick<Decision, 'texts' | 'error' | 'model' | 'tokens' | 'language' | 'notePeriod'>;

/**
 * The one conditional write: it holds only while fence, mode and inbox are what the answer was made under. When only
 * the inbox moved, another chat's message changes nothing; a changed question means another run, three times at most.
 */
export async function decide(deps: TurnDeps, turn: RunningTurn, outcome: Outcome): Promise<void> {
  const { store, recent } = deps;
  const { fence, inputs } = turn;
  const { _id } = turn.conversation;
  for (let current = turn.conversation, messages = turn.messages; ;) {
    const decision = newDecision(turn, outcome, current, messages);
    const conditions = { _id, fence, mode: 'agent' as const, inbox: current.inbox, goneAt: null };
    const write = guard(store.conversations, conditions, { $set: { decided: decision } });
    const target = newTarget(current, inputs, messages, fence);
    const carriedOut = await carryOut(deps, decision, target, current.lastSeq, [write]);
    if (carriedOut?.isUndisturbed) rememberAnswer(recent, current, decision, messages, carriedOut.messages);
    if (carriedOut) return;

    const now = await store.readConversation(_id);
    if (!now || now.fence !== fence) return;
    if (now.mode !== 'agent' || now.goneAt) return withdraw(deps, turn);
    messages = await recent.read(now);
    const asked = chooseInputs(messages.filter((message) => message.chatId === inputs[0].chatId));
    if (now.cuts < CUT_LIMIT && !isSameQuestion(inputs, asked)) return handBack(deps, turn, 'cut');
    current = now;
  }
}

/** The conversation as it is now, so that the next turn reads only what comes. */
function rememberAnswer(
  recent: Recent,
  { _id, inbox, lastSeq, pendingFrom }: Conversation,
  { fence, inputs, historyFrom, turnId, error }: Decision,
  messages: readonly Message[],
  answers: readonly Message[],
): void {
  const from = Math.min(historyFrom, pendingFrom);
  const answer = error ? ('failed' as const) : ('given' as const);
  const answered = messages.map((message) => (inputs.includes(message._id) ? { ...message, answer, turnId } : message));
  const left = { _id, fence, inbox, lastSeq: lastSeq + answers.length };
  recent.remember(left, [...answered.filter(({ seq }) => seq >= from), ...answers]);
}

function newDecision(turn: RunningTurn, outcome: Outcome, conversation: Conversation, messages: Message[]): Decision {
  const last = conversation.lastOutAt?.getTime() ?? 0;
  return {
    ...outcome,
    turnId: turn.id,
    ...(turn.growing ? { growing: turn.growing._id } : {}),
    chatId: turn.inputs[0].chatId,
    inputs: turn.inputs.map((input) => input._id),
    historyFrom: nextHistoryFrom(messages, conversation),
    fence: turn.fence,
    // Later than what was said before, whatever the clocks: deliveries go out in this order.
    at: new Date(Math.max(Date.now(), last + 1)),
  };
}

function newTarget(conversation: Conversation, inputs: readonly Message[], messages: Message[], fence: number): Target {
  const newest = inputs.at(-1);
  return {
    conversation,
    inbox: conversation.inbox,
    fence,
    hasMore: messages.some((message) => message.answer === 'wanted' && !inputs.some(({ _id }) => _id === message._id)),
    ...(newest?.identityId ? { identityId: newest.identityId } : {}),
    ...(conversation.kind === 'group' && newest?.externalId ? { replyTo: newest.externalId } : {}),
  };
}

/** Finishes what somebody decided and did not live to carry out. */
export async function recover(deps: ReplyDeps, conversation: Conversation, decision: Decision): Promise<void> {
  const { store, holder, bells, keeper } = deps;
  const { _id } = conversation;
  const fence = conversation.fence + 1;
  const leaseUntil = new Date(Date.now() + LEASE_MS);
  const letGo = keeper.hold('conversations', _id);
  try {
    const lease = { $set: { leaseHolder: holder, leaseUntil, fence } };
    const taken = await store.writeAll([guard(store.conversations, { _id, fence: conversation.fence }, lease)]);
    if (!taken.isDone) return await bells.reply.ring(_id);
    const inputs = await store.messages.find({ _id: { $in: decision.inputs } }).lean();
    const target = {
      ...newTarget(
        conversation,
        inputs.toSorted((a, b) => a.seq - b.seq),
        [],
        fence,
      ),
      hasMore: true,
    };
    await carryOut(deps, decision, target, conversation.lastSeq);
  } finally {
    letGo();
  }
}
