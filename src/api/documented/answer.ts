/** Says something in a conversation and answers the call with what the machine says to it: as JSON or as a stream. */
import type { LiveEvent } from '../../conversation.ts';
import { type Outcome, watchConversation } from '../../history/answers.ts';
import type { Settings, Speaker } from '../../history/append.ts';
import type { NewEntry } from '../../history/recognise.ts';
import type { Conversation } from '../../store/conversations.ts';
import type { Message } from '../../store/messages.ts';
import { turnIdOf } from '../../store/turns.ts';
import type { ApiDeps } from '../deps.ts';
import type { Call, Reply } from '../route.ts';
import { unavailableOf } from './settings.ts';
import { documentConversation } from './shapes.ts';
import { createAnswerStream } from './stream.ts';

/** How long an answer is waited for. */
export const ANSWER_WAIT_MS = 60_000;

/** What is said, and how the call wants to be answered. */
export interface Said {
  conversationId: string;
  entries: readonly NewEntry[];
  settings: Settings;
  isStream: boolean;
  /** The status of an answer in time. */
  status: 200 | 201;
}

/** Who speaks in this call. */
export function speakerOf({ caller, key, request }: Pick<Call, 'caller' | 'key' | 'request'>): Speaker {
  const mayRepeat = request.headers['idempotency-key'] !== undefined;
  return { personId: caller.personId, identityId: caller.identityId, request: key, mayRepeat };
}

/** Stores what is said, and answers with it and what the machine says to it, newest first. */
export async function say(deps: ApiDeps, call: Call, said: Said): Promise<Reply | undefined> {
  const { conversationId, entries, settings, status } = said;
  const stream = said.isStream ? createAnswerStream(call, conversationId) : undefined;
  let asked: Message | undefined;
  const early: LiveEvent[] = [];
  const onEvent = (event: LiveEvent) => {
    if (asked) stream?.onEvent(event, turnIdOf(asked._id));
    else early.push(event);
  };
  const watch = await watchConversation(deps, conversationId, onEvent);
  try {
    const { conversation, added } = await deps.append(conversationId, entries, speakerOf(call), settings);
    const question = added.findLast(({ answer, role }) => role === 'user' && answer !== 'none');
    asked = question;
    stream?.start();
    if (question) for (const event of early.splice(0)) stream?.onEvent(event, turnIdOf(question._id));
    const outcome = await outcomeOf(conversation, question, (id) => watch.outcomeOf(id, waiting(call)));
    const documented = {
      ...documentConversation(conversation, [...added, ...outcome.replies]),
      ...unavailableOf(conversation.responseTypes),
    };
    const reply: Reply =
      outcome.state === 'pending'
        ? { status: 202, body: documented, headers: { Location: `/conversation/${conversationId}` } }
        : { status, body: documented };
    if (!stream) return reply;
    call.remember(reply);
    return stream.finish(outcome, documented);
  } catch (error) {
    if (!stream?.isOpen()) throw error;
    return stream.fail(error);
  } finally {
    watch.close();
  }
}

/** As long as the caller waits, and no longer than we let them. */
export function waiting({ signal }: Pick<Call, 'signal'>): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WAIT_MS)]);
}

/** While a human has the conversation, nothing is waited for. */
export async function outcomeOf(
  { mode }: Conversation,
  question: Message | undefined,
  wait: (messageId: string) => Promise<Outcome>,
): Promise<Outcome> {
  if (question === undefined) return { state: 'none', replies: [] };
  return mode === 'human' ? { state: 'pending', replies: [] } : wait(question._id);
}
