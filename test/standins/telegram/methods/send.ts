/** The bot's own messages, as they are accepted. */
import type { Message, MessageEntity } from 'grammy/types';
import type { MethodCall, Platform } from '../platform.ts';
import { asText } from '../payload.ts';
import type { SentMessage } from '../record.ts';
import { checkThread, findAnswered } from './place.ts';

/** What makes one kind of message differ from another. */
export interface Content {
  text: string;
  entities: MessageEntity[];
  /** The fields that the message has for it: `text`, or a file and its caption. */
  fields: object;
  file?: SentMessage['file'];
}

/** An answered message is shown without the one that it answered itself. */
function withoutReply(message: Message): Omit<Message, 'reply_to_message'> {
  const { reply_to_message: _, ...shown } = message;
  return shown;
}

/**
 * Checks the place, then the content, then the rate, and only then records the message: what was refused leaves
 * no trace but its call. Gives the `Message` that the bot is answered.
 */
export function accept(platform: Platform, call: MethodCall, read: () => Content): Message {
  const { bot, world, records, meter, now } = platform;
  const { method, payload } = call;
  const room = world.roomForBot(payload['chat_id']);
  const content = read();
  const thread = checkThread(room, payload['message_thread_id']);
  const answered = findAnswered(room, payload['reply_parameters']);
  meter.take(room.chat.id);
  const message = world.keep(room, {
    from: bot,
    chat: room.chat,
    date: Math.floor(now() / 1000),
    ...thread,
    ...(thread.message_thread_id !== undefined && { is_topic_message: true as const }),
    ...(answered && { reply_to_message: withoutReply(answered) }),
    ...content.fields,
  } as Omit<Message, 'message_id'>);
  records.sent.push({
    method,
    message_id: message.message_id,
    chat_id: room.chat.id,
    ...thread,
    text: content.text,
    ...(payload['parse_mode'] !== undefined && { parse_mode: asText(payload['parse_mode']) }),
    entities: content.entities,
    ...(payload['reply_parameters'] !== undefined && {
      reply_parameters: payload['reply_parameters'] as { message_id: number },
    }),
    ...(content.file && { file: content.file }),
    at: now(),
  });
  return message;
}
