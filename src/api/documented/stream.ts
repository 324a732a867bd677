/** The documented `stream: true`: `start`, `delta`…, `message`, `done`; or `error`. */
import type { LiveEvent } from '../../conversation.ts';
import type { Outcome } from '../../history/answers.ts';
import { toProblem } from '../problem.ts';
import type { Call } from '../route.ts';
import { openEventStream } from '../sse.ts';
import { type DocumentedConversation, documentMessage } from './shapes.ts';

/** One answer on its way to one caller. */
export interface AnswerStream {
  /** The first event. From here on an error is an event, too. */
  start(): void;
  isOpen(): boolean;
  /** What is seen of the turn with this id; other turns of the conversation are none of the caller's business. */
  onEvent(event: LiveEvent, turnId: string): void;
  /** More of the answer's text. */
  add: (text: string) => void;
  /** The text begins again: another try of the model, or another question. */
  restart: () => void;
  finish(outcome: Pick<Outcome, 'state' | 'replies'>, conversation: DocumentedConversation): undefined;
  fail(error: unknown): undefined;
}

/**
 * Makes it. The deltas since the last `start` add up to the message: when the text has to begin again, `start` comes
 * once more; what was lost on the way comes as the last delta.
 */
export function createAnswerStream({ response, signal }: Pick<Call, 'response' | 'signal'>, id: string): AnswerStream {
  let stream: ReturnType<typeof openEventStream> | undefined;
  let [text, isWhole] = ['', true];
  const send = (event: string, data: object) => stream?.send({ event, data });
  const add = (piece: string) => {
    text += piece;
    if (piece !== '') send('delta', { text: piece });
  };
  const restart = () => {
    if (text !== '') send('start', { id });
    [text, isWhole] = ['', true];
  };
  const complete = (whole: string) => {
    if (!whole.startsWith(text)) restart();
    add(whole.slice(text.length));
  };
  const end = (): undefined => {
    stream?.close();
    return undefined;
  };
  return {
    start() {
      stream = openEventStream(response, { signal });
      send('start', { id });
    },
    isOpen: () => stream !== undefined,
    onEvent(event, turnId) {
      if (!('turnId' in event) || event.turnId !== turnId) return;
      if (event.type === 'restart') restart();
      if (event.type !== 'delta' || !isWhole) return;
      isWhole = event.offset === text.length;
      if (isWhole) add(event.text);
    },
    add,
    restart,
    finish({ state, replies }, conversation) {
      const [reply] = replies;
      if (state === 'given' && reply) {
        complete(reply.text);
        for (const one of replies) send('message', documentMessage(one));
        send('done', conversation);
      } else if (state === 'none') send('done', conversation);
      else send('error', notAnswered(state, reply?.text));
      return end();
    },
    fail(error) {
      send('error', toProblem(error));
      return end();
    },
  };
}

/** Why there is no answer, as a problem. What was said is kept all the same. */
function notAnswered(state: Outcome['state'], words: string | undefined): object {
  if (state === 'pending')
    return {
      type: 'about:blank',
      title: 'Gateway Timeout',
      status: 504,
      code: 'answer_too_slow',
      detail: 'The answer takes longer. It will be in the conversation.',
    };
  if (state === 'stopped')
    return {
      type: 'about:blank',
      title: 'Conflict',
      status: 409,
      code: 'answer_stopped',
      detail: 'The answer was stopped.',
    };
  return {
    type: 'about:blank',
    title: 'Bad Gateway',
    status: 502,
    code: 'answer_failed',
    detail: words ?? 'No answer came.',
  };
}
