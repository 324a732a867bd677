/** How a message is named to the core: by its chat, and by its id there. */
import type { ChatRef, InboundMessage } from '#src/message.ts';
import { externalIdOf } from '../ids.ts';
import { bothOf, canonical } from './people.ts';
import type { Around, WhatsappMessage } from './schema.ts';

interface Name {
  chat: ChatRef;
  externalId: string;
}

/** What names a message. `author`: of what others wrote in a group. */
interface Named {
  id: WhatsappMessage['id'];
  author?: string | undefined;
}

function authorOf({ id, author }: Named, { kind }: ChatRef): string | undefined {
  return kind === 'group' && !id.fromMe ? author : undefined;
}

/** The one name that a message has now. */
export function nameOf(named: Named, chat: ChatRef, around: Around): Name {
  const author = authorOf(named, chat);
  return { chat, externalId: externalIdOf(named.id.id, author === undefined ? undefined : canonical(author, around)) };
}

/**
 * The name under which it may be stored from a time when the number of whoever is meant was not known: their chat, and
 * what they wrote in a group, then bore their LID.
 */
function formerNameOf(named: Named, chat: ChatRef, around: Around): Name | undefined {
  const author = authorOf(named, chat);
  const who = chat.kind === 'direct' ? named.id.remote : author;
  const { lid } = who === undefined ? {} : bothOf(who, around);
  if (who === undefined || lid === undefined || lid === canonical(who, around)) return undefined;
  if (chat.kind === 'direct') return { chat: { ...chat, externalId: lid }, externalId: named.id.id };
  return { chat, externalId: externalIdOf(named.id.id, lid) };
}

/** For a message that is told: what it was perhaps called before. */
export function formerly(named: Named, chat: ChatRef, around: Around): Pick<InboundMessage, 'formerly'> {
  const former = formerNameOf(named, chat, around);
  return former ? { formerly: { chat: former.chat.externalId, externalId: former.externalId } } : {};
}

/** All names that it may be stored under, the present one first. */
export function namesOf(named: Named, chat: ChatRef, around: Around): Name[] {
  const former = formerNameOf(named, chat, around);
  return [nameOf(named, chat, around), ...(former ? [former] : [])];
}
