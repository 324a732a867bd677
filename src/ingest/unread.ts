/** What we could not read: kept raw, so that a bug of ours loses nothing and a fix can read it again. */
import { newId } from '../id.ts';
import type { InboundUnread } from '../message.ts';
import type { Store } from '../store/store.ts';
import { isDuplicate } from '../store/write.ts';

/** Keeps the event; the same event once. */
export async function storeUnread(store: Store, channel: string, event: InboundUnread): Promise<void> {
  const { account, externalId, raw, reason, isInbound = false } = event;
  const key = [channel, account, externalId].map(encodeURIComponent).join(':');
  const document = {
    _id: newId('unr'),
    key,
    channel,
    account,
    raw: JSON.stringify(raw) ?? 'null',
    isInbound,
    reason,
    state: 'open' as const,
    createdAt: event.at,
  };
  await store.unread.insertOne(document).catch((error: unknown) => {
    if (!isDuplicate(error)) throw error;
  });
}
