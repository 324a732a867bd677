/** What conversations learn of the messages that are put into them. */
import { arrivalOf } from '../store/arrival.ts';
import type { Message } from '../store/messages.ts';
import { update, type Write } from '../store/write.ts';
import type { IngestDeps } from './deps.ts';
import type { Placed } from './place.ts';

/** The write by which a conversation learns what it got. */
export interface InboxWrite {
  conversationId: string;
  write: Write;
}

/**
 * Tells each conversation what it got: its last place, that its inbox moved, that there is work. A message that
 * comes shortly after another sets `readyAt`: more may follow, and they are answered together.
 */
export function inboxWrites({ store, replyWaitMs }: IngestDeps, batch: Placed[], messages: Message[]): InboxWrite[] {
  const held = heldUntilOf(batch);
  const now = new Date();
  const readyAt = new Date(now.getTime() + replyWaitMs);
  return [...Map.groupBy(messages, (message) => message.conversationId)].map(([_id, own]) => {
    const isAsked = own.some(({ answer }) => answer === 'wanted');
    const isBurst = replyWaitMs > 0 && { $gt: ['$lastInAt', new Date(now.getTime() - replyWaitMs)] };
    const write = update(store.conversations, { _id, goneAt: null }, [
      {
        $set: {
          ...arrivalOf(own, now),
          inbox: { $add: ['$inbox', own.length] },
          lastMessageAt: now,
          ...(isAsked && { readyAt: held.get(_id) ?? { $cond: [isBurst, readyAt, '$readyAt'] } }),
        },
      },
    ]);
    return { conversationId: _id, write };
  });
}

/** Which conversations are not to be answered before which time. */
function heldUntilOf(batch: Placed[]): ReadonlyMap<string, Date> {
  return new Map(
    batch.flatMap(({ place, heldUntil }) => (heldUntil ? [[place.conversationId, heldUntil] as const] : [])),
  );
}

/** The conversations that were not there to take a message: they were erased in this moment. */
export function goneOf(inbox: InboxWrite[], matched: readonly number[]): Set<string> {
  const answers = matched.slice(-inbox.length);
  return new Set(inbox.filter((_, index) => answers[index] === 0).map(({ conversationId }) => conversationId));
}
