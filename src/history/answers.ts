/** Waiting for the answer to a message, for callers who ask and want to be told. */
import type { LiveEvent } from '../conversation.ts';
import type { Live } from '../queue/live.ts';
import { openLookout } from '../queue/lookout.ts';
import { conversationTopic } from '../queue/topics.ts';
import type { Message } from '../store/messages.ts';
import type { Store } from '../store/store.ts';

/** What became of a message. `pending`: nothing yet, within the time that was given. */
export interface Outcome {
  state: 'given' | 'failed' | 'stopped' | 'none' | 'pending';
  /** What was said to it, oldest first; with `failed` why there is no answer, in words for the person. */
  replies: Message[];
}

/** A look at one conversation, from before the question is stored, so that nothing is missed. */
export interface Watch {
  /** Resolves once the message is answered, failed or stopped, or the time is up. */
  outcomeOf(messageId: string, signal: AbortSignal): Promise<Outcome>;
  close(): void;
}

/** Live events may be lost: the store is asked this often besides. */
const LOOK_EVERY_MS = 1_000;

/** Begins to watch a conversation. `close` must be called. `onEvent`: what is seen on the way (growing text). */
export async function watchConversation(
  { store, live }: { store: Store; live: Live },
  conversationId: string,
  onEvent: (event: LiveEvent) => void = () => undefined,
): Promise<Watch> {
  const lookout = await openLookout(live, conversationTopic(conversationId), (event) => {
    const liveEvent = event as LiveEvent;
    onEvent(liveEvent);
    return liveEvent.type === 'turn' || liveEvent.type === 'edit';
  });
  return {
    close: () => lookout.close(),
    async outcomeOf(messageId, signal) {
      const outcome = await lookout.until(() => readOutcome(store, messageId), LOOK_EVERY_MS, signal);
      return outcome ?? { state: 'pending', replies: [] };
    },
  };
}

/** What became of it; `undefined`: nothing yet. */
async function readOutcome(store: Store, messageId: string): Promise<Outcome | undefined> {
  const message = await store.messages.findById(messageId).lean();
  if (!message) return { state: 'stopped', replies: [] }; // deleted meanwhile
  const { answer, conversationId, turnId, seq } = message;
  if (answer === 'wanted') return undefined;
  const found = turnId === undefined ? [] : await store.messages.find({ conversationId, seq: { $gt: seq } }).lean();
  const replies = found.filter((reply) => reply.turnId === turnId && reply.role !== 'user');
  return { state: answer, replies: replies.toSorted((a, b) => a.seq - b.seq) };
}
