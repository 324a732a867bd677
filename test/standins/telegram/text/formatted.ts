/** A text as it is seen, and the way in which Telegram says that it cannot read one. */
import type { MessageEntity } from 'grammy/types';
import { badRequest } from '../api-error.ts';

/** A text with what is to be seen in it. */
export interface FormattedText {
  text: string;
  entities: MessageEntity[];
}

/** Refuses markup, in Telegram's words. */
export function refuse(what: string): never {
  throw badRequest(`can't parse entities: ${what}`);
}
