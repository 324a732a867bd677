/** What was erased or deleted does not come in because a platform brings its event again, or late. */
import type { InboundDeletion } from '../message.ts';
import { chatKey } from '../store/chats.ts';
import { KEPT_MS } from '../store/erasures.ts';
import { inboundKey } from '../store/messages.ts';
import type { Store } from '../store/store.ts';
import { update } from '../store/write.ts';
import type { Placed } from './place.ts';

/** The time of a deletion is ours on some platforms, and that of the message theirs. */
const CLOCKS_MS = 60_000;

/**
 * Those that are events of erased messages, or of messages that were deleted before they came. Only what was said
 * before its person or group had something erased is looked up at all, and the first words of a chat, so nobody else
 * pays for it.
 */
export async function findForgotten(store: Store, batch: readonly Placed[]): Promise<Set<Placed>> {
  const doubtful = new Map(
    batch
      .filter(
        ({ inbound, known, place }) => place.isNew || isBefore(inbound.at, place.notBefore ?? known.person.notBefore),
      )
      .map((placed) => [inboundKey(placed.place.chatId, placed.inbound.externalId), placed]),
  );
  if (doubtful.size === 0) return new Set();
  const found = await store.tombstones.find({ _id: { $in: [...doubtful.keys()] } }).lean();
  return new Set(found.flatMap(({ _id }) => doubtful.get(_id) ?? []));
}

function isBefore(at: Date, notBefore: Date | null | undefined): boolean {
  return notBefore !== null && notBefore !== undefined && at <= notBefore;
}

/**
 * A deletion that comes before its message (that may be on a page of the history which is just being fetched) leaves a
 * tombstone, and the word that there is one where the message will look for it: with its group, or its person.
 */
export async function foretellDeletion(store: Store, channel: string, deletion: InboundDeletion): Promise<void> {
  const chatId = chatKey(channel, deletion.chat);
  const chat = await store.readChat(chatId);
  const identity = chat?.identityId ? await store.identities.findById(chat.identityId, { personId: 1 }).lean() : null;
  const expiresAt = new Date(Date.now() + KEPT_MS);
  const change = { $max: { notBefore: new Date(deletion.at.getTime() + CLOCKS_MS) } };
  await store.writeAll([
    update(
      store.tombstones,
      { _id: inboundKey(chatId, deletion.externalId) },
      { $set: { expiresAt } },
      { upsert: true },
    ),
    ...(chat?.conversationId ? [update(store.chats, { _id: chatId }, change)] : []),
    ...(identity ? [update(store.people, { _id: identity.personId }, change)] : []),
  ]);
}
