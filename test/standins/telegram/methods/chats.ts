/** Chats and who is in them. */
import { badRequest } from '../api-error.ts';
import type { Method, MethodCall, Platform } from '../platform.ts';
import { checkThread } from './place.ts';

const ACTIONS = new Set([
  'typing',
  'upload_photo',
  'record_video',
  'upload_video',
  'record_voice',
  'upload_voice',
  'upload_document',
  'choose_sticker',
  'find_location',
  'record_video_note',
  'upload_video_note',
]);

function self({ bot }: Platform): object {
  return { user: bot, status: 'administrator', can_be_edited: false, is_anonymous: false };
}

function member(platform: Platform, { payload }: MethodCall): object {
  platform.world.roomForBot(payload['chat_id']);
  const id = Number(payload['user_id']);
  if (id === platform.bot.id) return self(platform);
  const user = platform.world.findPerson(id);
  if (!user) throw badRequest('member not found');
  return { user, status: 'member' };
}

export const chatMethods: Record<string, Method> = {
  getChat({ world }, { payload }) {
    const { chat } = world.roomForBot(payload['chat_id']);
    return { ...chat, accent_color_id: 0, max_reaction_count: 11, accepted_gift_types: {} };
  },
  getChatMember: member,
  getChatAdministrators(platform, { payload }) {
    if (platform.world.roomForBot(payload['chat_id']).chat.type === 'private') {
      throw badRequest('there are no administrators in the private chat');
    }
    return [self(platform)];
  },
  leaveChat({ world }, { payload }) {
    const room = world.roomForBot(payload['chat_id']);
    if (room.chat.type === 'private') throw badRequest("chat member status can't be changed in private chats");
    room.closed = 'left';
    return true;
  },
  sendChatAction({ world, records, now }, { payload }) {
    const room = world.roomForBot(payload['chat_id']);
    const thread = checkThread(room, payload['message_thread_id']);
    const action = String(payload['action']);
    if (!ACTIONS.has(action)) throw badRequest('wrong parameter action in request');
    records.actions.push({ chat_id: room.chat.id, ...thread, action, at: now() });
    return true;
  },
};
