/** What is not a message: people who can no longer be reached, chats that go on elsewhere. */
import type { InboundChatMoved, InboundReachable } from '../message.ts';
import { chatKey } from '../store/chats.ts';
import { identityKey } from '../store/identities.ts';
import { update } from '../store/write.ts';
import type { IngestDeps } from './deps.ts';

/** Somebody blocked us, or let us in again. */
export async function applyReachable({ store }: IngestDeps, channel: string, event: InboundReachable): Promise<void> {
  const ids = event.from.externalIds.map((id) => identityKey(channel, event.from.realm, id));
  await store.identities.updateMany({ ids: { $in: ids } }, { $set: { isReachable: event.reachable } });
}

/** The chat has another id now: its conversation goes along, and so does what is still to be said there. */
export async function applyChatMoved(
  { store, bells }: IngestDeps,
  channel: string,
  event: InboundChatMoved,
): Promise<void> {
  const from = chatKey(channel, event.chat);
  const moved = { ...event.chat, externalId: event.toExternalId };
  const to = chatKey(channel, moved);
  const old = await store.readChat(from);
  if (old === undefined || old.movedTo === to) return;
  const { _id: _, conversationId, ...rest } = old;
  const { account, externalId, threadId, kind } = moved;
  const chat = { ...rest, account, externalId, threadId, kind };
  await store.writeAll([
    update(store.chats, { _id: to }, { $setOnInsert: chat, $set: { conversationId } }, { upsert: true }),
    update(store.conversations, { _id: conversationId ?? '' }, { $set: { chatId: to } }),
    update(
      store.deliveries,
      { chatId: from, isOpen: true, state: 'queued' },
      { $set: { chatId: to, to: { account, externalId, threadId, kind } } },
      { many: true },
    ),
    update(
      store.messages,
      { conversationId: conversationId ?? '', answer: 'wanted' },
      { $set: { chatId: to } },
      { many: true },
    ),
    update(store.chats, { _id: from }, { $set: { movedTo: to } }),
  ]);
  void bells.deliver(channel).ring(to);
}
