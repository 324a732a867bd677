/** Commands that somebody chose in Discord's own list. */
import { z } from 'zod';
import type { InboundMessage } from '#src/message.ts';
import { normalizeText } from '#src/text/normalize.ts';
import type { Self } from '../self.ts';
import { timeOf } from '../snowflake.ts';
import { chatOf, senderOf } from './people.ts';
import { interaction } from './schema.ts';

/** What is needed to answer one; the token is good for 15 minutes. */
export interface ChosenCommand {
  id: string;
  token: string;
  applicationId: string;
  chatId: string;
}

/** APPLICATION_COMMAND, and of these CHAT_INPUT: those that are typed. */
const typed = z.object({ type: z.literal(2), data: z.object({ type: z.literal(1) }) });
const answerable = z.object({ id: z.string(), token: z.string(), application_id: z.string(), channel_id: z.string() });

/** How a chosen command is answered; `undefined` for what is none. */
export function readChosen(data: unknown): ChosenCommand | undefined {
  const found = typed.safeParse(data).success ? answerable.safeParse(data).data : undefined;
  if (!found) return undefined;
  const { id, token, application_id: applicationId, channel_id: chatId } = found;
  return { id, token, applicationId, chatId };
}

const owner = z.union([z.string(), z.number()]);

/**
 * By which ways the app was installed: `0` for a server and for our own direct chats, `1` by somebody for themselves
 * (https://docs.discord.com/developers/interactions/receiving-and-responding).
 */
const byServer = z.object({ authorizing_integration_owners: z.object({ 0: owner }).optional() });

/**
 * A chosen command as if it had been typed; `undefined` for a button and the like, and where somebody has brought the
 * app along by themselves: there we are not, and what we answer is for others' eyes. Throws for one that cannot be read.
 */
export function readCommand(data: unknown, { account }: Self): InboundMessage | undefined {
  if (!typed.safeParse(data).success || !byServer.safeParse(data).success) return undefined;
  const chosen = interaction.parse(data);
  const { id, channel_id: channelId, guild_id: guildId, channel, member, locale } = chosen;
  const user = member?.user ?? chosen.user;
  if (!user) throw new Error('a command of nobody');
  const words = chosen.data.options.map(({ value }) => (value === undefined ? '' : String(value)));
  return {
    kind: 'message',
    at: timeOf(id),
    chat: chatOf(account, channelId, guildId, channel?.name ?? ''),
    externalId: id,
    from: senderOf(user, member, locale),
    text: normalizeText([`/${chosen.data.name}`, ...words].join(' ')).trim(),
    attachments: [],
    addressedBy: 'command',
  };
}
