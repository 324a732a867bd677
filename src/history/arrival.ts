/** What entries that came over the API change in their conversation. */
import { arrivalOf } from '../store/arrival.ts';
import type { Conversation } from '../store/conversations.ts';
import type { Message } from '../store/messages.ts';
import type { Store } from '../store/store.ts';
import { update, type Write } from '../store/write.ts';

/**
 * The write that tells the conversation what it got: its last place, its inbox, whether there is work, what the topic
 * is now. `count`: how many of them are new.
 */
export function arrival(store: Store, conversation: Conversation, added: Message[], count: number): Write {
  const now = new Date();
  return update(store.conversations, { _id: conversation._id }, [
    {
      $set: {
        ...arrivalOf(added, now),
        // At least one: what was there before may not have been made known.
        inbox: { $add: ['$inbox', Math.max(1, count)] },
        lastMessageAt: now,
        ...topicChange(conversation, added),
      },
    },
  ]);
}

/** What the entries' topics change for the model, as the `$set` of a pipeline; a later one counts more. */
function topicChange({ topicFrom }: Conversation, added: Message[]) {
  const change: { instruction?: { $literal: string }; topicFrom?: number; historyFrom?: number } = {};
  for (const { topic, text, seq } of added) {
    // A text that begins with a dollar sign would be read as the name of a field.
    if (topic === 'instruction') change.instruction = { $literal: text };
    if (topic === 'change topic') Object.assign(change, { topicFrom: seq, historyFrom: seq });
    if (topic === 'refresh memory') change.historyFrom = change.topicFrom ?? topicFrom;
  }
  return change;
}
