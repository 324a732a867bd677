/** The methods of the Bot API that this stand-in has, by their names in lower case, as Telegram looks them up. */
import type { Method } from '../platform.ts';
import { botMethods } from './bot.ts';
import { chatMethods } from './chats.ts';
import { fileMethods } from './files.ts';
import { messageMethods } from './messages.ts';
import { updateMethods } from './updates.ts';

const METHODS = new Map<string, Method>(
  Object.entries({ ...botMethods, ...chatMethods, ...fileMethods, ...messageMethods, ...updateMethods }).map(
    ([name, method]) => [name.toLowerCase(), method],
  ),
);

/** The method of that name in any case; `undefined` when there is none. */
export function findMethod(name: string): Method | undefined {
  return METHODS.get(name.toLowerCase());
}
