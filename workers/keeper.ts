/** Keeps the leases of this process alive: one command per kind and round, however many there are. */
import { LEASE_MS, LEASE_RENEW_MS } from '#src/conversation.ts';
import type { Logger } from '#src/log.ts';
import type { Store } from '#src/store/store.ts';

export type LeaseKind = 'conversations' | 'deliveries';

export interface Keeper {
  /** Renews the lease until the returned function is called. Losing it is no event: the fence tells. */
  hold(kind: LeaseKind, id: string): () => void;
  close(): void;
}

/** Makes the keeper. */
export function createKeeper(store: Pick<Store, LeaseKind>, holder: string, log: Logger): Keeper {
  const held: Record<LeaseKind, Map<string, number>> = { conversations: new Map(), deliveries: new Map() };

  const renew = async (kind: LeaseKind) => {
    if (held[kind].size === 0) return;
    const filter = { _id: { $in: [...held[kind].keys()] }, leaseHolder: holder };
    const change = { $set: { leaseUntil: new Date(Date.now() + LEASE_MS) } };
    const renewed =
      kind === 'deliveries'
        ? store.deliveries.updateMany(filter, change)
        : store.conversations.updateMany(filter, change);
    await renewed.catch((error: Error) =>
      log.warn({ kind, error: error.message }, 'leases could not be renewed; others may take over'),
    );
  };

  const timer = setInterval(() => {
    void renew('conversations');
    void renew('deliveries');
  }, LEASE_RENEW_MS);

  return {
    hold(kind, id) {
      held[kind].set(id, (held[kind].get(id) ?? 0) + 1);
      return () => {
        const left = (held[kind].get(id) ?? 1) - 1;
        if (left > 0) held[kind].set(id, left);
        else held[kind].delete(id);
      };
    },
    close: () => clearInterval(timer),
  };
}
