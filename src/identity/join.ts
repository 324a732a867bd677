/** Joining two people whom one human turned out to be: the survivor has everything from then on. */
import type { Store } from '../store/store.ts';
import { update, type Write } from '../store/write.ts';

/** Who is joined to whom, and which conversation they go on with; absent: the survivor's active one stays. */
export interface Joining {
  survivorId: string;
  mergedId: string;
  conversationId?: string;
}

/**
 * The writes that join, in an order of which any beginning is whole enough to be repeated: the things first, then the
 * person who goes, last the survivor. What was whose before is kept, so that it can be undone.
 */
export function joinWrites(store: Store, { survivorId, mergedId, conversationId }: Joining): Write[] {
  const theirs = { personId: mergedId };
  const moved = { $set: { personId: survivorId, personBefore: mergedId } };
  const handed = { $set: { personId: survivorId } };
  return [
    update(store.conversations, theirs, moved, { many: true }),
    update(store.deliveries, theirs, handed, { many: true }),
    update(store.turns, theirs, handed, { many: true }),
    update(store.searchEntries, theirs, handed, { many: true }),
    update(store.identities, theirs, moved, { many: true }),
    update(store.people, { _id: mergedId }, { $set: { mergedInto: survivorId }, $inc: { version: 1 } }),
    update(
      store.people,
      { _id: survivorId },
      { ...(conversationId ? { $set: { activeConversationId: conversationId } } : {}), $inc: { version: 1 } },
    ),
  ];
}
