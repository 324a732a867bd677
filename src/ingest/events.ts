/** What is not a message: reactions, people who can no longer be reached, chats that go on elsewhere. */
import type { InboundChatMoved, InboundReachable, InboundReaction } from '../message.ts';
import { chatKey } from '../store/chats.ts';
import { identityKey } from '../store/identities.ts';
import { inboundKey, type Message } from '../store/messages.ts';
import { conversationTopic } from '../queue/topics.ts';
import { update } from '../store/write.ts';
import type { IngestDeps } from './deps.ts';
import { findSaid } from './said.ts';

/** So many of a message are kept, the newest. */
const REACTIONS = 100;

/** Somebody blocked us, or let us in again. */
export async function applyReachable({ store }: IngestDeps, channel: string, event: InboundReachable): Promise<void> {
  const ids = event.from.externalIds.map((id) => identityKey(channel, event.from.realm, id));
  await store.identities.updateMany({ ids: { $in: ids } }, { $set: { isReachable: event.reachable } });
}

/** Somebody thinks something of a message: the last word of each counts. One about what we do not know is dropped. */
export async function applyReaction(deps: IngestDeps, channel: string, event: InboundReaction): Promise<void> {
  const message = await findSubject(deps, channel, event);
  const [by = ''] = event.from.externalIds;
  const before = message?.reactions?.find((one) => one.by === by);
  if (!message || message.deletedAt || (before && before.at >= event.at)) return;
  const others = message.reactions?.filter((one) => one !== before) ?? [];
  const reactions = event.text === '' ? others : [...others, { by, text: event.text, at: event.at }];
  await deps.store.messages.updateOne({ _id: message._id }, { $set: { reactions: reactions.slice(-REACTIONS) } });
  const { _id: messageId, conversationId, seq } = message;
  deps.live.publish(conversationTopic(conversationId), { type: 'edit', messageId, seq });
}

/** The message that is reacted to: one that came in, or one that a delivery of ours said. */
async function findSubject(
  { store }: IngestDeps,
  channel: string,
  { chat, externalId }: InboundReaction,
): Promise<Message | null> {
  const chatId = chatKey(channel, chat);
  const said = await store.messages.findOne({ key: inboundKey(chatId, externalId) }).lean();
  if (said) return said;
  const delivery = await findSaid(store, chatId, externalId);
  return delivery?.messageId === undefined ? null : store.messages.findById(delivery.messageId).lean();
}

/**
 * The chat has another id now: its conversation goes along, and so does what is asked and still to be said there. The
 * messages go before the inbox moves: an answer in the making is not decided for where they were.
 */
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
    update(
      store.messages,
      { conversationId: conversationId ?? '', answer: { $in: ['wanted', 'failed'] } },
      { $set: { chatId: to } },
      { many: true },
    ),
    update(store.conversations, { _id: conversationId ?? '' }, { $set: { chatId: to }, $inc: { inbox: 1 } }),
    update(
      store.deliveries,
      // What was refused there, or is left to an admin, is said where the chat is now, if it is said again.
      { chatId: from, state: { $in: ['queued', 'failed', 'unknown'] } },
      { $set: { chatId: to, to: { account, externalId, threadId, kind } } },
      { many: true },
    ),
    update(store.chats, { _id: from }, { $set: { movedTo: to } }),
  ]);
  void bells.deliver(channel).ring(to);
}
