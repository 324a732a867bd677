/** What we say on Telegram: texts, and that we are writing. */
import type { Channel, OutboundPart, Sent } from '#src/channel.ts';
import { RejectedError, UnavailableError } from '#src/errors.ts';
import type { Logger } from '#src/log.ts';
import type { ChatRef } from '#src/message.ts';
import type { TelegramApi } from './api.ts';
import { callSignal } from './api.ts';
import { toPlainText } from './plain.ts';

/** In which topic of a forum it is said, if in any. */
export function topicOf(chat: ChatRef): { message_thread_id?: number } {
  return chat.threadId === '' ? {} : { message_thread_id: Number(chat.threadId) };
}

/** How a text is said: without link previews, and even if what it answers has been deleted. */
function manner({ chat, replyTo }: OutboundPart) {
  return {
    link_preview_options: { is_disabled: true },
    ...topicOf(chat),
    ...(replyTo !== undefined && {
      reply_parameters: { message_id: Number(replyTo), allow_sending_without_reply: true },
    }),
  };
}

/**
 * Makes `Channel.send`. A text whose markup Telegram does not understand is said once more without any, which is
 * safe because the refusal is certain.
 */
export function createSend(api: TelegramApi, log: Logger): Channel['send'] {
  const say = async (part: OutboundPart, text: string, markup: object, signal: AbortSignal): Promise<Sent> => {
    const message = await api.sendMessage(
      Number(part.chat.externalId),
      text,
      { ...manner(part), ...markup },
      callSignal(signal),
    );
    if (typeof message?.message_id === 'number') return { externalId: String(message.message_id) };
    throw new UnavailableError('Telegram accepted a message without naming it; it may have arrived.', {
      certain: false,
      code: 'no_answer',
    });
  };
  return async (part, signal) => {
    try {
      return await say(part, part.text, { parse_mode: 'HTML' }, signal);
    } catch (error) {
      if (!(error instanceof RejectedError && error.code === 'parse_failed')) throw error;
      log.warn({ key: part.key, error: error.message }, 'telegram did not understand our markup: saying it without');
      return say(part, toPlainText(part.text), {}, signal);
    }
  };
}

/** Makes `Channel.typing`; Telegram shows it for about 5 s. */
export function createTyping(api: TelegramApi): NonNullable<Channel['typing']> {
  return async (chat, signal) => {
    await api.sendChatAction(Number(chat.externalId), 'typing', topicOf(chat), callSignal(signal));
  };
}
