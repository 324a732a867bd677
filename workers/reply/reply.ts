/** The reply worker: one turn of one conversation, step by step as ARCHITECTURE's walk has it. */
import { AgentError, type Answer, type Question } from '#src/agent/agent.ts';
import { sendNotice } from '#src/commands/notice.ts';
import { CUT_LIMIT } from '#src/conversation.ts';
import { ShutdownError } from '#src/errors.ts';
import { parseChatKey } from '#src/store/chats.ts';
import type { Conversation } from '#src/store/conversations.ts';
import type { Message } from '#src/store/messages.ts';
import { leaseEnd } from '#src/store/leases.ts';
import { turnIdOf } from '#src/store/turns.ts';
import type { ReplyDeps } from '../deps.ts';
import { decide, recover } from './decide.ts';
import { chooseInputs, toQuestion } from './inputs.ts';
import { createLimits, type Lid, type Limits } from '#src/agents/limits.ts';
import { createProgress, type Progress } from './progress.ts';
import { createRecent } from './recent.ts';
import { beginTurn, handBack, rest, type RunningTurn, type TurnDeps, withdraw } from './turn.ts';
import { createInboxWatch, Cut, type InboxWatch, Stopped } from './watch.ts';

/** A turn that kills its process must not do so for ever; one that only was there when others killed it goes on. */
const CRASH_LIMIT = 20;
const FRESH_MS = 20;
const SORRY =
  'I could not answer this: something in me broke. The operator can see why, and can send me your message again.';

interface Tools {
  watch: InboxWatch;
  limits: Limits;
}

/** Makes the worker's unit: answers what waits in a conversation, in one chat. */
export function createReply(given: ReplyDeps): (conversationId: string, signal: AbortSignal) => Promise<void> {
  const deps: TurnDeps = { ...given, recent: createRecent(given.store) };
  const tools = { watch: createInboxWatch(deps.live), limits: createLimits(deps.store, deps.limits) };
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
      else if (conversation) await answer(deps, tools, conversation, signal);
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
  { watch, limits }: Tools,
  conversation: Conversation,
  signal: AbortSignal,
): Promise<void> {
  const { store, bells, keeper } = deps;
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
  const lid = await limits.check(person, messages, inputs, now);
  const turn = await openTurn(deps, conversation, messages, inputs, answerer);
  if (lid?.openAt) return waitForWindow(deps, turn, lid, lid.openAt);

  const watched = watch.start(_id, inputs, cuts < CUT_LIMIT);
  const letGo = keeper.hold('conversations', _id);
  try {
    const hasBegun = await beginTurn(deps, turn, lid ? [] : limits.count(person, now));
    if (hasBegun) await runTurn(deps, turn, lid, AbortSignal.any([signal, watched.signal]));
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

/** Asks, and decides by what came of it. */
async function runTurn(deps: TurnDeps, turn: RunningTurn, lid: Lid | undefined, signal: AbortSignal): Promise<void> {
  const { conversation, messages, inputs, answerer } = turn;
  const { outLanguage } = conversation;
  if (lid)
    return decide(deps, turn, {
      texts: [lid.toPerson],
      error: { code: lid.code, message: lid.message },
      notePeriod: lid.period,
    });
  if (conversation.leaseHolder && conversation.crashes >= CRASH_LIMIT) {
    const message = `${conversation.crashes} processes in a row died while they made this answer. Look at their last log lines, then replay the job.`;
    return decide(deps, turn, { texts: [SORRY], error: { code: 'turn_crashed', message } });
  }
  const progress = createProgress(deps, turn, signal);
  try {
    const question = toQuestion(conversation, messages, inputs, answerer);
    const { text, model, tokens } = await askWhole(deps, question, progress, signal);
    await decide(deps, turn, {
      texts: [text],
      model,
      ...(tokens ? { tokens } : {}),
      ...(outLanguage ? { language: outLanguage } : {}),
    });
  } catch (error) {
    await afterFailure(deps, turn, error);
  }
}

/** The answer, when nothing of it is on its way to be shown any more. */
async function askWhole(
  { ask }: TurnDeps,
  question: Question,
  progress: Progress,
  signal: AbortSignal,
): Promise<Answer> {
  const { onText, onRestart } = progress;
  try {
    return await ask(question, { signal, onText, onRestart });
  } finally {
    await progress.end();
  }
}

/** No answer came: stopped, cut short, shutting down, or failed. Only the last is told. */
async function afterFailure(deps: TurnDeps, turn: RunningTurn, error: unknown): Promise<void> {
  if (error instanceof Stopped) return withdraw(deps, turn);
  if (error instanceof Cut) return handBack(deps, turn, 'cut');
  if (error instanceof ShutdownError) return handBack(deps, turn, 'shutdown');
  if (!(error instanceof AgentError)) throw error;
  const { code, message, toPerson } = error;
  deps.log.warn({ turnId: turn.id, code, error: message }, 'a turn failed; it can be replayed');
  await decide(deps, turn, { texts: [toPerson], error: { code, message } });
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
