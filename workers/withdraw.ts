/** Taking back an answer that people saw growing and that will not be: the deliver worker removes what is there. */
import type { Store } from '#src/store/store.ts';
import { update, type Write } from '#src/store/write.ts';

/** The delivery is the deliver worker's from now on; nothing happens to one that is no longer growing. */
export function withdrawDelivery(store: Store, _id: string): Write {
  const now = new Date();
  const withdrawn = { live: 'withdrawn', state: 'queued', isOpen: true, nextTryAt: now, updatedAt: now } as const;
  return update(store.deliveries, { _id, live: 'growing' }, { $set: withdrawn });
}

/** Withdraws what was seen growing in a conversation; the conversation forgets it last. */
export function withdrawWrites(store: Store, conversationId: string, growing: string | null | undefined): Write[] {
  if (!growing) return [];
  return [
    withdrawDelivery(store, growing),
    update(store.conversations, { _id: conversationId, growing }, { $set: { growing: null } }),
  ];
}
