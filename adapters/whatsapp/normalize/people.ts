/** People and places as we name them. */
import type { ChatRef, Sender } from '#src/message.ts';
import { normalizeText } from '#src/text/normalize.ts';
import type { Both } from '../child/protocol.ts';
import type { Around } from './schema.ts';

/** Our name for the one account that is linked: another number, linked later, goes on with the same chats. */
export const ACCOUNT = 'phone';

export function oneLine(text: string): string {
  return normalizeText(text).replaceAll(/\s+/g, ' ').trim();
}

/** Both ids of somebody, as far as they are known. */
export function bothOf(id: string, { people }: Around): Both {
  return people[id] ?? { [id.endsWith('@lid') ? 'lid' : 'phone']: id };
}

/**
 * The one id under which somebody is named, whichever of their two WhatsApp used: the phone number where it is known.
 * So a message that shows under both is one.
 */
export function canonical(id: string, around: Around): string {
  const { phone, lid } = bothOf(id, around);
  return phone ?? lid ?? id;
}

export function senderOf(id: string, name: string, around: Around): Sender {
  const ids = bothOf(id, around);
  return {
    externalIds: [ids.phone, ids.lid].filter((one) => one !== undefined),
    realm: '',
    name: oneLine(name) || oneLine(ids.name ?? ''),
  };
}

export function isGroup(chatId: string): boolean {
  return chatId.endsWith('@g.us');
}

/**
 * WhatsApp's own account for announcements, and its own AI: whoever answers them talks to a machine, and so on.
 * https://github.com/tulir/whatsmeow/blob/main/types/jid.go (PSAJID, OfficialBusinessJID, IsBot)
 */
const MACHINES = /^(0|16505361212|1313555\d{4}|131655500\d{2})@c\.us$/;

/**
 * A chat with somebody, or of a group; `undefined` for anything else: channels, broadcasts, people's status, and
 * machines of WhatsApp's.
 */
export function chatOf(remote: string, around: Around): ChatRef | undefined {
  const place = { account: ACCOUNT, threadId: '' };
  if (isGroup(remote)) {
    const title = oneLine(around.title);
    return { ...place, externalId: remote, kind: 'group', ...(title !== '' && { title }) };
  }
  const externalId = canonical(remote, around);
  if (!/^\d+@(c\.us|lid)$/.test(remote) || MACHINES.test(externalId)) return undefined;
  return { ...place, externalId, kind: 'direct' };
}

/** Whether an id is one of the account's own. */
export function isMe(id: string | undefined, { me }: Around): boolean {
  return id !== undefined && (id === me.phone || id === me.lid);
}
