/** What the bot says and asks about itself. */
import type { BotCommand } from 'grammy/types';
import { badRequest } from '../api-error.ts';
import type { Method, Platform } from '../platform.ts';

const commandsOf = new WeakMap<Platform, Map<string, BotCommand[]>>();

/** Commands are kept per scope and language. */
function scopeOf(payload: Record<string, unknown>): string {
  return JSON.stringify([payload['scope'] ?? { type: 'default' }, payload['language_code'] ?? '']);
}

function commands(platform: Platform): Map<string, BotCommand[]> {
  const known = commandsOf.get(platform) ?? new Map<string, BotCommand[]>();
  commandsOf.set(platform, known);
  return known;
}

function checkCommand({ command, description }: BotCommand): void {
  if (!/^[a-z0-9_]{1,32}$/.test(command)) throw badRequest('BOT_COMMAND_INVALID');
  if (description.length === 0 || description.length > 256) throw badRequest('BOT_COMMAND_DESCRIPTION_INVALID');
}

export const botMethods: Record<string, Method> = {
  getMe: ({ bot }) => ({
    ...bot,
    can_join_groups: true,
    can_read_all_group_messages: true,
    supports_inline_queries: false,
    can_connect_to_business: false,
    has_main_web_app: false,
  }),
  setMyCommands(platform, { payload }) {
    const list = payload['commands'] as BotCommand[];
    for (const command of list) checkCommand(command);
    commands(platform).set(scopeOf(payload), list);
    return true;
  },
  getMyCommands: (platform, { payload }) => commands(platform).get(scopeOf(payload)) ?? [],
  deleteMyCommands(platform, { payload }) {
    commands(platform).delete(scopeOf(payload));
    return true;
  },
  setMyName: () => true,
  setMyDescription: () => true,
  setMyShortDescription: () => true,
  answerCallbackQuery: () => true,
  logOut: () => true,
  close: () => true,
};
