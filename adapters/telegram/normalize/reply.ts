/** What a message answers. */
import type { ReplyRef } from '#src/message.ts';
import { normalizeText } from '#src/text/normalize.ts';
import type { Self } from '../self.ts';
import { nameOf, oneLine } from './people.ts';
import type { TelegramMessage, TelegramOrigin } from './schema.ts';

type Replied = NonNullable<TelegramMessage['reply_to_message']>;

/** In a topic each message seems to answer the one that opened it, though nobody chose to. */
function repliedOf({ reply_to_message, is_topic_message, message_thread_id }: TelegramMessage): Replied | undefined {
  const isOpening = is_topic_message && reply_to_message?.message_id === message_thread_id;
  return isOpening ? undefined : reply_to_message;
}

function isOurs(replied: Replied, self: Self): boolean {
  return replied.from !== undefined && String(replied.from.id) === self.id;
}

/** Whether somebody answers what we said. */
export function repliesToUs(message: TelegramMessage, self: Self): boolean {
  const replied = repliedOf(message);
  return replied !== undefined && isOurs(replied, self);
}

function quoted(externalId: string, text: string, author: string): ReplyRef {
  return { externalId, ...(text !== '' && { text }), ...(author !== '' && { author }) };
}

function originName({ sender_user, sender_user_name, sender_chat, chat }: TelegramOrigin): string {
  return sender_user ? nameOf(sender_user) : oneLine(sender_user_name ?? sender_chat?.title ?? chat?.title ?? '');
}

/** A message of another chat: its number means something only together with that chat's. */
function fromElsewhere({ external_reply, quote }: TelegramMessage): ReplyRef | undefined {
  if (!external_reply) return undefined;
  const { chat, message_id, origin } = external_reply;
  const externalId = chat && message_id !== undefined ? `${chat.id}/${message_id}` : '';
  return quoted(externalId, normalizeText(quote?.text ?? ''), originName(origin));
}

/** The message that is answered. Our own is quoted only where the person picked out a part of it. */
export function readReply(message: TelegramMessage, self: Self): ReplyRef | undefined {
  const replied = repliedOf(message);
  if (!replied) return fromElsewhere(message);
  const { quote } = message;
  const externalId = String(replied.message_id);
  if (isOurs(replied, self)) return quoted(externalId, quote?.is_manual ? normalizeText(quote.text) : '', '');
  const author = replied.from ? nameOf(replied.from) : '';
  const text = quote?.text ?? replied.text ?? replied.caption ?? '';
  return quoted(externalId, normalizeText(text), oneLine(replied.sender_chat?.title ?? '') || author);
}
