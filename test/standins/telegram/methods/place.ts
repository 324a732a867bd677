/** Where in a chat something is said: topic and answered message. */
import type { Message } from 'grammy/types';
import { badRequest } from '../api-error.ts';
import type { Room } from '../world.ts';

/** The topic, if one is named. The General one has a number too, but takes nothing under it. */
export function checkThread(room: Room, thread: unknown): { message_thread_id?: number } {
  if (thread === undefined || thread === 0) return {};
  const id = Number(thread);
  if (!room.threads.has(id)) throw badRequest('message thread not found');
  return { message_thread_id: id };
}

/** The message that is answered, if one is named and there. */
export function findAnswered(room: Room, parameters: unknown): Message | undefined {
  if (parameters === undefined) return undefined;
  const { message_id, allow_sending_without_reply } = parameters as {
    message_id: number;
    allow_sending_without_reply?: boolean;
  };
  const found = room.messages.get(message_id);
  if (!found && allow_sending_without_reply !== true) throw badRequest('message to be replied not found');
  return found;
}
