/**
 * A conversation that is answered and forgotten (`save` false): nothing of it is stored, and it leaves the process only
 * to the model. The lids on what answers cost hold for it as for any other.
 */
import { AgentError, type Answer } from '../../agent/agent.ts';
import { API_APP } from '../../conversation.ts';
import { BridgeError } from '../../errors.ts';
import type { Settings } from '../../history/append.ts';
import type { NewEntry } from '../../history/recognise.ts';
import { newConversation } from '../../store/new.ts';
import type { Conversation } from '../../store/conversations.ts';
import type { Message } from '../../store/messages.ts';
import type { ApiDeps } from '../deps.ts';
import type { Call, Reply } from '../route.ts';
import { ANSWER_WAIT_MS } from './answer.ts';
import { unavailableOf } from './settings.ts';
import { documentConversation } from './shapes.ts';
import { createAnswerStream } from './stream.ts';

const MINUTE_S = 60;

/** Answers the entry, and forgets. Throws 429 at a lid, 504 when it takes too long, 502 when the model fails. */
export async function answerUnsaved(
  deps: ApiDeps,
  call: Call,
  { entry, settings, isStream }: { entry: NewEntry; settings: Settings; isStream: boolean },
): Promise<Reply | undefined> {
  const at = new Date();
  const conversation = newConversation(call.newId('cnv'), at, { kind: 'direct', ...settings });
  const stream = isStream ? createAnswerStream(call, conversation._id) : undefined;
  await passLids(deps, call.caller.personId, at);
  stream?.start();
  try {
    const answer = await answerOf(
      deps,
      call,
      conversation,
      entry,
      stream && { onText: stream.add, onRestart: stream.restart },
    );
    const question = message(call, conversation, 0, { role: 'user', text: entry.text, attachments: entry.attachments });
    const reply = message(call, conversation, 1, { role: 'agent', text: answer.text, attachments: [] });
    const body = {
      ...documentConversation(conversation, [question, reply]),
      save: false,
      ...unavailableOf(conversation.responseTypes),
    };
    const done: Reply = { status: 201, body, unsaved: true };
    if (!stream) return done;
    call.remember(done);
    return stream.finish({ state: 'given', replies: [reply] }, body);
  } catch (error) {
    if (!stream) throw error;
    return stream.fail(error);
  }
}

/** Takes part in the limits of the person and the day. */
async function passLids(
  { store, turnLimits: limits, pacer, config }: ApiDeps,
  personId: string,
  now: Date,
): Promise<void> {
  const person = await store.readPerson(personId);
  const rate = { key: `unsaved:${personId}`, perSecond: config.PERSON_RATE / MINUTE_S, burst: config.PERSON_RATE };
  const lid = await limits.check(person, [], [], now);
  if (lid) throw new BridgeError(lid.code, 'There were as many answers today as there may be.', { status: 429 });
  if ((await pacer.take([rate])) > 0)
    throw new BridgeError('person_rate_reached', 'More messages in a minute than are answered.', { status: 429 });
  await store.writeAll(limits.count(person, now));
}

async function answerOf(
  { ask, agents, slots }: ApiDeps,
  { caller, signal }: Call,
  conversation: Conversation,
  { text, attachments }: NewEntry,
  hearing: { onText: (piece: string) => void; onRestart: () => void } | undefined,
): Promise<Answer> {
  const tooSlow = AbortSignal.timeout(ANSWER_WAIT_MS);
  const until = AbortSignal.any([signal, tooSlow]);
  const asked = {
    role: 'user' as const,
    text,
    attachments: attachments.map(({ kind, externalId }) => `${kind} (${externalId})`),
  };
  try {
    const release = await slots.take(caller.personId, until);
    try {
      const place = { channel: API_APP, kind: 'direct' as const };
      const question = { ...(await agents.of(conversation)), entries: [asked], newCount: 1, place };
      return await ask(question, { signal: until, ...hearing });
    } finally {
      release();
    }
  } catch (error) {
    if (tooSlow.aborted)
      throw new BridgeError(
        'answer_too_slow',
        `There was no answer within ${ANSWER_WAIT_MS / 1000} s; nothing was kept.`,
        { status: 504 },
      );
    if (error instanceof AgentError) throw new BridgeError(error.code, error.toPerson, { status: 502, cause: error });
    throw error;
  }
}

function message(
  call: Call,
  { _id: conversationId, createdAt }: Conversation,
  n: number,
  content: Pick<Message, 'role' | 'text' | 'attachments'>,
): Message {
  return {
    _id: call.newId('msg', n),
    conversationId,
    seq: n + 1,
    key: '',
    channel: API_APP,
    chatId: '',
    textAt: createdAt,
    edits: [],
    answer: 'none',
    createdAt,
    ...content,
  };
}
