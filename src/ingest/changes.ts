/** What happens to messages that are stored: other texts, deletions. */
import { VERSION_LIMIT } from '../conversation.ts';
import type { InboundDeletion } from '../message.ts';
import { conversationTopic, INBOX_TOPIC, type InboxEvent } from '../queue/topics.ts';
import { chatKey } from '../store/chats.ts';
import { inboundKey, type Message } from '../store/messages.ts';
import { messageEntryChange } from '../store/search.ts';
import { guard, update } from '../store/write.ts';
import type { IngestDeps } from './deps.ts';
import { foretellDeletion } from './forgotten.ts';

/** A text that a message had. Platforms count in seconds: within one, an edit is later than the original. */
export interface TextVersion {
  text: string;
  at: Date;
  isOriginal: boolean;
}

/**
 * Adds a text that the message had, whichever order versions come in; the latest by platform time is the one it has.
 * While the message is unanswered the question is the new text; afterwards nothing is said.
 */
export async function applyVersion(deps: IngestDeps, message: Message, version: TextVersion): Promise<void> {
  const { store } = deps;
  for (let current: Message | null = message; current !== null;) {
    const change = versionChange(current, version);
    if (change === undefined) return;
    const { _id, conversationId, textAt } = current;
    const result = await store.writeAll([
      guard(store.messages, { _id, textAt, edits: { $size: current.edits.length }, deletedAt: null }, { $set: change }),
      messageEntryChange(store, _id, change.text),
      update(store.conversations, { _id: conversationId }, { $inc: { inbox: 1 } }),
    ]);
    if (result.isDone) return announce(deps, current, 'edit');
    current = await store.messages.findOne({ key: message.key }).lean();
  }
}

/** The message with one more version; `undefined` when it is known already, or the message was taken back. */
function versionChange(
  message: Message,
  { text, at, isOriginal }: TextVersion,
): Pick<Message, 'text' | 'textAt' | 'edits'> | undefined {
  if (message.deletedAt) return undefined;
  const versions = [...message.edits, { text: message.text, at: message.textAt }];
  if (versions.some((version) => version.text === text && version.at.getTime() >= at.getTime())) return undefined;
  const all = isOriginal ? [{ text, at }, ...versions] : [...versions, { text, at }];
  const sorted = all.toSorted((a, b) => a.at.getTime() - b.at.getTime());
  const newest = sorted.pop();
  return newest && { text: newest.text, textAt: newest.at, edits: sorted.slice(-VERSION_LIMIT) };
}

/** The message was taken back: its texts go. Unanswered, it is no longer a question. What comes later is not let in. */
export async function applyDeletion(deps: IngestDeps, channel: string, deletion: InboundDeletion): Promise<void> {
  const { store } = deps;
  const key = inboundKey(chatKey(channel, deletion.chat), deletion.externalId);
  const message = await store.messages.findOne({ key }).lean();
  if (!message) return foretellDeletion(store, channel, deletion);
  const answer = message.answer === 'wanted' ? 'none' : message.answer;
  await store.writeAll([
    update(
      store.messages,
      { key },
      { $set: { text: '', edits: [], attachments: [], deletedAt: message.deletedAt ?? deletion.at, answer } },
    ),
    messageEntryChange(store, message._id, ''),
    update(store.conversations, { _id: message.conversationId }, { $inc: { inbox: 1 } }),
  ]);
  announce(deps, message, 'deletion');
}

function announce({ live }: IngestDeps, message: Message, what: 'edit' | 'deletion'): void {
  const { _id: messageId, conversationId, seq, chatId } = message;
  live.publish(conversationTopic(conversationId), { type: 'edit', messageId, seq });
  live.publish(INBOX_TOPIC, { conversationId, what, chatId, messageId } satisfies InboxEvent);
}
