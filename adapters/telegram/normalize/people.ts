/** People and places as we name them. */
import type { ChatRef, Sender } from '#src/message.ts';
import { normalizeText } from '#src/text/normalize.ts';
import type { TelegramChat, TelegramMessage, TelegramUser } from './schema.ts';

/** A name on one line; empty when there is nothing to see in it. */
export function oneLine(text: string): string {
  return normalizeText(text).replaceAll(/\s+/g, ' ').trim();
}

/** The name that they show, else the one by which they are found; may be empty. */
export function nameOf({ first_name, last_name, username }: TelegramUser): string {
  return oneLine([first_name, last_name].filter(Boolean).join(' ')) || oneLine(username ?? '');
}

/** Somebody as a sender. Telegram's ids are unique everywhere, so there is no realm. */
export function senderOf(user: TelegramUser): Sender {
  return {
    externalIds: [String(user.id)],
    realm: '',
    name: nameOf(user),
    ...(user.language_code !== undefined && { language: user.language_code }),
  };
}

/** A chat, or a topic of it. */
export function chatOf(account: string, chat: TelegramChat, threadId = ''): ChatRef {
  const title = oneLine(chat.title ?? '');
  return {
    account,
    externalId: String(chat.id),
    threadId,
    kind: chat.type === 'private' ? 'direct' : 'group',
    ...(chat.type !== 'private' && title !== '' && { title }),
  };
}

/** The topic of a forum. Elsewhere `message_thread_id` only numbers a chain of replies, which is no place. */
export function threadOf({ is_topic_message, message_thread_id }: TelegramMessage): string {
  return is_topic_message && message_thread_id !== undefined ? String(message_thread_id) : '';
}
