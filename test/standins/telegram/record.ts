/** What the bot did, as a test reads it. */
import type { MessageEntity } from 'grammy/types';
import type { Payload } from './payload.ts';

/** A message of the bot that the platform accepted. */
export interface SentMessage {
  method: string;
  message_id: number;
  chat_id: number;
  message_thread_id?: number;
  /** The text or caption as it is seen, its markup taken out. */
  text: string;
  parse_mode?: string;
  entities: MessageEntity[];
  reply_parameters?: { message_id: number };
  /** The file that came with it. */
  file?: { file_id: string; file_name: string; data: Buffer };
  /** Milliseconds since the epoch. */
  at: number;
}

/** A call of the bot, whether it was granted or not. */
export interface Call {
  method: string;
  payload: Payload;
  at: number;
}

/** An accepted change of a message, a draft of one, or its end. */
export interface Change {
  chat_id: number;
  message_id: number;
  text: string;
  at: number;
}

/** `typing` and the like. */
export interface ChatAction {
  chat_id: number;
  message_thread_id?: number;
  action: string;
  at: number;
}

/** All that was done, each list in order. */
export interface Records {
  calls: Call[];
  sent: SentMessage[];
  edits: Change[];
  deletions: Omit<Change, 'text'>[];
  /** `message_id` is the draft's id. */
  drafts: Change[];
  actions: ChatAction[];
}

export function createRecords(): Records {
  return { calls: [], sent: [], edits: [], deletions: [], drafts: [], actions: [] };
}
