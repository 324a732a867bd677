/** The reply worker: one turn of one conversation, step by step as ARCHITECTURE's walk has it. */
import type { Lid } from '#src/agents/limits.ts';
import { sendNotice } from '#src/commands/notice.ts';
import { CUT_LIMIT } from '#src/conversation.ts';
import { parseChatKey } from '#src/store/chats.ts';
import type { Conversation } from '#src/store/conversations.ts';
import type { Message } from '#src/store/messages.ts';
import { leaseEnd } from '#src/store/leases.ts';
import { turnIdOf } from '#src/store/turns.ts';
import type { ReplyDeps } from '../deps.ts';
import { recover } from './decide.ts';
import { chooseInputs } from './inputs.ts';
import { createRecent } from './recent.ts';
import { runTurn } from './run.ts';
import { beginTurn, rest, type RunningTurn, type TurnDeps } from './turn.ts';
import { createInboxWatch, type InboxWatch } from './watch.ts';

const FRESH_MS = 20;

/** Makes the worker's unit: answers what waits in a conversation, in one chat. */
export function createReply(given: ReplyDeps): (conversationId: string, signal: AbortSignal) => Promise<void> {
  const deps: TurnDeps = { ...given, recent: createRecent(given.store) };
  const watch = createInboxWatch(deps.live);
  return async (conversationId, signal) => {
    const waiting = await readDue(deps, conversationId);
    if (waiting === undefined) return;
    // What is decided needs no model, and waits for no place at one.
    if (waiting.decided) return recover(deps, waiting, waiting.decided);
    const since = Date.now();
    const release = await deps.slots.take(waiting.personId ?? conversationId, signal);
    try {
      // After a wait what was read is probably stale; the lease would not be had on it.
      const conversation = Date.now() - since > FRESH_MS ? await readDue(deps, conversationId) : waiting;
      if (conversation?.decided) await recover(deps, conversation, conversation.decided);
      else if (conversation) await answer(deps, watch, conversation, signal);
    } finally {
      release();
    }
  };
}

/** The conversation, if its time has come and nobody is at it; a later time is rung for. */
async function readDue({ store, bells }: ReplyDeps, id: string): Promise<Conversation | undefined> {
  const conversation = await store.readConversation(id);
  if (!conversation?.hasWork || conversation.goneAt || conversation.mode !== 'agent') return undefined;
  const { readyAt, decided } = conversation;
  const isEarly = !decided && readyAt && readyAt.getTime() > Date.now();
  const later = leaseEnd(conversation) ?? (isEarly ? readyAt : undefined);
  if (!later) return conversation;
  bells.reply.ringAt(id, later);
  return undefined;
}

async function answer(
  deps: TurnDeps,
  watch: InboxWatch,
  conversation: Conversation,
  signal: AbortSignal,
): Promise<void> {
  const { store, bells, keeper, turnLimits } = deps;
  const { _id, personId, cuts } = conversation;
  const [messages, person, answerer] = await Promise.all([
    deps.recent.read(conversation),
    personId === undefined ? undefined : store.readPerson(personId),
    deps.agents.of(conversation),
  ]);
  const [first, ...others] = chooseInputs(messages);
  if (first === undefined) return rest(deps, conversation);
  const now = new Date();
  const inputs = [first, ...others] as const;
  const lid = await turnLimits.check(person, messages, inputs, now);
  const turn = await openTurn(deps, conversation, messages, inputs, answerer);
  if (lid?.openAt) return waitForWindow(deps, turn, lid, lid.openAt);

  const watched = watch.start(_id, inputs, cuts < CUT_LIMIT);
  const letGo = keeper.hold('conversations', _id);
  try {
    const hasBegun = await beginTurn(deps, turn, lid ? [] : turnLimits.count(person, now));
    if (hasBegun) await runTurn(deps, turn, lid, { shutdown: signal, cut: watched.signal });
    else await bells.reply.ring(_id);
  } finally {
    letGo();
    watched.end();
  }
}

/** The turn that answers these, with what an earlier run of it left on the platform. */
async function openTurn(
  { store }: TurnDeps,
  conversation: Conversation,
  messages: Message[],
  inputs: RunningTurn['inputs'],
  answerer: RunningTurn['answerer'],
): Promise<RunningTurn> {
  const { fence, turnId, growing } = conversation;
  const id = turnIdOf(inputs[0]._id);
  const left = growing && turnId === id ? await store.deliveries.findById(growing).lean() : null;
  const replyTo = conversation.kind === 'group' ? inputs.at(-1)?.externalId : undefined;
  return {
    id,
    conversation,
    messages,
    inputs,
    answerer,
    fence: fence + 1,
    ...(replyTo ? { replyTo } : {}),
    ...(left?.live === 'growing' ? { growing: left } : {}),
  };
}

/** Too many messages a minute: all wait until the window opens, and the person is told once. */
async function waitForWindow(
  deps: ReplyDeps,
  { conversation, inputs }: RunningTurn,
  lid: Lid,
  openAt: Date,
): Promise<void> {
  const { store, bells, log } = deps;
  const { _id, inbox, fence, kind, personId } = conversation;
  const { matchedCount } = await store.conversations.updateOne({ _id, inbox, fence }, { $set: { readyAt: openAt } });
  if (matchedCount === 0) return bells.reply.ring(_id);
  log.info(
    { conversationId: _id, code: lid.code, openAt },
    'somebody writes faster than PERSON_RATE; the messages wait',
  );
  bells.reply.ringAt(_id, openAt);
  const { channel, ...chat } = parseChatKey(inputs[0].chatId);
  await sendNotice(deps, {
    cause: `${lid.period.name}:${inputs[0].chatId}`,
    channel,
    chat: { ...chat, kind },
    text: lid.toPerson,
    ...(personId ? { personId } : {}),
  });
}
