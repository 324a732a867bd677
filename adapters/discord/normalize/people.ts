/** People and places as we name them. */
import type { ChatRef, Sender } from '#src/message.ts';
import { normalizeText } from '#src/text/normalize.ts';
import type { DiscordMember, DiscordUser } from './schema.ts';

/** A name on one line; empty when there is nothing to see in it. */
export function oneLine(text: string): string {
  return normalizeText(text).replaceAll(/\s+/g, ' ').trim();
}

/** The name that they show there, else everywhere, else the one by which they are found; may be empty. */
export function nameOf(user: DiscordUser, member?: DiscordMember | null): string {
  return oneLine(member?.nick ?? '') || oneLine(user.global_name ?? '') || oneLine(user.username);
}

/** Somebody as a sender. Discord's ids are unique everywhere, so there is no realm. */
export function senderOf(user: DiscordUser, member?: DiscordMember | null, language?: string): Sender {
  return {
    externalIds: [user.id],
    realm: '',
    name: nameOf(user, member),
    ...(language !== undefined && { language }),
  };
}

/** A channel or thread; one without a server is a direct chat. A thread is a channel of its own on Discord. */
export function chatOf(account: string, channelId: string, guildId: string | undefined, title = ''): ChatRef {
  const shown = guildId === undefined ? '' : oneLine(title);
  return {
    account,
    externalId: channelId,
    threadId: '',
    kind: guildId === undefined ? 'direct' : 'group',
    ...(shown !== '' && { title: shown }),
  };
}
