import type { Conversation } from '#src/store/conversations.ts';
import type { Message } from '#src/store/messages.ts';
import type { Store } from '#src/store/store.ts';

/** What a turn looks at: everything from the first unanswered message and from what the model is shown. In order. */
export async function readRecent(store: Store, { _id, historyFrom, pendingFrom }: Conversation): Promise<Message[]> {
  const from = Math.min(historyFrom, pendingFrom);
  const messages = await store.messages.find({ conversationId: _id, seq: { $gte: from } }).lean();
  return messages.toSorted((a, b) => a.seq - b.seq);
}
