/** Writing first: the direct chat with a user. */
import { z } from 'zod';
import type { Channel } from '#src/channel.ts';
import type { Api } from './api.ts';
import { unreadable } from './errors.ts';
import { chatOf, senderOf } from './normalize/people.ts';
import { user } from './normalize/schema.ts';

const opened = z.object({ id: z.string(), recipients: z.array(user).min(1) });

/**
 * Makes `Channel.openDirect`. Discord gives the chat that is there, or a new one; it lets a bot say something there only
 * to whom it shares a server with (https://docs.discord.com/developers/resources/user#create-dm).
 */
export function createOpenDirect(api: Api, account: string): NonNullable<Channel['openDirect']> {
  return async (recipient, signal) => {
    const what = 'open a direct chat';
    const body = { recipient_id: recipient };
    const answer = await api({ what, method: 'POST', route: '/users/@me/channels', body, signal });
    const { data } = opened.safeParse(answer);
    const human = data?.recipients.find(({ id }) => id === recipient);
    if (!data || !human) throw unreadable(what);
    return { from: senderOf(human), chat: chatOf(account, data.id, undefined) };
  };
}
