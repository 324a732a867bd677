/** Whom the account listens to, and whom it writes to (`WHATSAPP_ACCESS`). */
import { RejectedError } from '#src/errors.ts';
import type { ChatRef, Inbound } from '#src/message.ts';
import type { Both, ListedChat } from './child/protocol.ts';
import type { Access } from './config.ts';

/** The number is usually a person's own, so what is not let in here is neither stored nor answered nor written to. */
export interface Gate {
  /** What of this may be stored. */
  admit(events: Inbound[], me: Both): Inbound[];
  /** The only chats that are read when we catch up, where nobody has to be known to say which. */
  only(me: Both): string[] | undefined;
  /** Whether a chat is read when we catch up. */
  reads(chat: ListedChat, me: Both): boolean;
  /** Throws `RejectedError` where nothing may be said. */
  assertWritable(chat: ChatRef, me: Both): void;
}

/** Whether this is the chat of the account's human with themselves. */
function isSelf(chatId: string, { phone, lid }: Both): boolean {
  return chatId === phone || chatId === lid;
}

export function createGate(access: Access): Gate {
  const letsIn = (ids: readonly string[], isGroup: boolean, me: Both): boolean => {
    if (access.to === 'open') return true;
    if (ids.some((id) => isSelf(id, me))) return !isGroup || access.to === 'allowlist';
    return access.to === 'allowlist' && ids.some((id) => access.phones.has(id));
  };
  const admits = (event: Inbound, me: Both): boolean => {
    // Nobody knows who wrote what cannot be read, and it would be kept whole.
    if (event.kind === 'unread') return access.to === 'open';
    if (event.kind === 'missed') return true;
    const isGroup = event.chat.kind === 'group';
    // What names only the chat changes what was let in before, or nothing.
    if (!('from' in event)) return isGroup ? access.to !== 'self' : letsIn([event.chat.externalId], isGroup, me);
    return letsIn(event.from.externalIds, isGroup, me);
  };
  return {
    admit: (events, me) => events.filter((event) => admits(event, me)),
    only({ phone, lid }) {
      return access.to === 'self' ? [phone, lid].filter((id) => id !== undefined) : undefined;
    },
    reads({ id, phone = id, isGroup }, me) {
      return isGroup ? access.to !== 'self' : letsIn([id, phone], false, me);
    },
    assertWritable({ externalId, kind }, me) {
      const isGroup = kind === 'group';
      if (isGroup ? access.to !== 'self' : letsIn([externalId], false, me)) return;
      throw new RejectedError('not_allowed', `WHATSAPP_ACCESS=${access.to} lets nothing be said in this chat.`);
    },
  };
}
