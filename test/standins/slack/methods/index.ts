/** Every method of the Web API that the stand-in knows. */
import type { Method } from '../platform.ts';
import { chat } from './chat.ts';
import { rooms } from './conversations.ts';

const METHODS: Readonly<Record<string, Method>> = {
  ...chat,
  ...rooms,
  'auth.test': ({ bot, world }) => ({
    url: 'https://standin.slack.com/',
    team: 'Stand-in',
    user: bot.name,
    team_id: world.teamId,
    user_id: bot.userId,
    bot_id: bot.botId,
  }),
  'apps.connections.open': ({ tickets }) => ({ url: tickets.issue() }),
};

export function findMethod(name: string): Method | undefined {
  return METHODS[name];
}
