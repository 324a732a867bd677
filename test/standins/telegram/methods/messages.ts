/** Text messages: said, drafted, changed and deleted. */
import type { Message } from 'grammy/types';
import { badRequest } from '../api-error.ts';
import type { Method, MethodCall, Platform } from '../platform.ts';
import { accept } from './send.ts';
import { readDraftText, readMessageText } from './text.ts';

const TWO_DAYS_S = 48 * 60 * 60;

/** The bot's own message that a call speaks of. */
function ownMessage({ world, bot }: Platform, { payload }: MethodCall, verb: 'edit' | 'delete'): Message {
  const message = world.roomForBot(payload['chat_id']).messages.get(Number(payload['message_id']));
  if (!message) throw badRequest(`message to ${verb} not found`);
  if (verb === 'edit' && message.from?.id !== bot.id) throw badRequest("message can't be edited");
  return message;
}

function editMessageText(platform: Platform, call: MethodCall): Message {
  const message = ownMessage(platform, call, 'edit');
  const { text, entities } = readMessageText(call.payload);
  if (message.text === undefined) throw badRequest('there is no text in the message to edit');
  if (message.text === text && JSON.stringify(message.entities ?? []) === JSON.stringify(entities)) {
    throw badRequest(
      'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
    );
  }
  platform.meter.take(message.chat.id);
  const at = platform.now();
  Object.assign(message, { text, entities, edit_date: Math.floor(at / 1000) });
  platform.records.edits.push({ chat_id: message.chat.id, message_id: message.message_id, text, at });
  return message;
}

function deleteMessage(platform: Platform, call: MethodCall): true {
  const { message_id, chat, date } = ownMessage(platform, call, 'delete');
  if (date < platform.now() / 1000 - TWO_DAYS_S) throw badRequest("message can't be deleted for everyone");
  platform.world.room(chat).messages.delete(message_id);
  platform.records.deletions.push({ chat_id: chat.id, message_id, at: platform.now() });
  return true;
}

function sendMessageDraft({ world, records, now }: Platform, { payload }: MethodCall): true {
  const { chat } = world.roomForBot(payload['chat_id']);
  if (chat.type !== 'private') throw badRequest('drafts can be sent to private chats only');
  const draft = Number(payload['draft_id']);
  if (!Number.isInteger(draft) || draft === 0) throw badRequest('RANDOM_ID_INVALID');
  const { text } = readDraftText(payload);
  records.drafts.push({ chat_id: chat.id, message_id: draft, text, at: now() });
  return true;
}

export const messageMethods: Record<string, Method> = {
  sendMessage: (platform, call) =>
    accept(platform, call, () => {
      const formatted = readMessageText(call.payload);
      const { text, entities } = formatted;
      return { ...formatted, fields: entities.length > 0 ? { text, entities } : { text } };
    }),
  sendMessageDraft,
  editMessageText,
  deleteMessage,
  setMessageReaction: (platform, call) => {
    platform.world.roomForBot(call.payload['chat_id']);
    return true;
  },
};
