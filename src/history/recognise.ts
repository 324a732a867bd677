/** Which entries of a list that a program sends are stored already. Pure. */
import type { Topic } from '../conversation.ts';
import type { InboundAttachment } from '../message.ts';
import type { Message } from '../store/messages.ts';

/** An entry as a program sends it. */
export interface NewEntry {
  /** Ours, where the program got it from us. */
  id?: string;
  owner: 'user' | 'machine';
  text: string;
  attachments: InboundAttachment[];
  topic?: Topic;
}

/**
 * The entries that are new, in their order. `end`: the end of the stored history, oldest first, at least as long as
 * the list where there is that much. `knownIds`: those of the entries' ids that are in this history.
 *
 * An entry is known by its id; else the longest run at the beginning of the list that equals the *end* of the history,
 * by owner and text, is what the program was told before. So "yes" said again after an answer is new.
 */
export function newEntries(
  entries: readonly NewEntry[],
  end: readonly Message[],
  knownIds: ReadonlySet<string>,
): NewEntry[] {
  const told = end.filter(({ deletedAt }) => !deletedAt);
  const isKnown = ({ id }: NewEntry) => id !== undefined && knownIds.has(id);
  const longest = Math.min(entries.length, told.length);
  for (let length = longest; length > 0; length -= 1) {
    const last = told.slice(-length);
    if (last.every((message, index) => isSame(entries[index], message))) {
      return entries.slice(length).filter((entry) => !isKnown(entry));
    }
  }
  return entries.filter((entry) => !isKnown(entry));
}

function isSame(entry: NewEntry | undefined, message: Message): boolean {
  if (entry === undefined) return false;
  if (entry.id !== undefined) return entry.id === message._id;
  return entry.owner === ownerOf(message) && contentOf(entry) === contentOf(message);
}

/** Who said it, in the documented words: whatever is not the person is the machine. */
export function ownerOf({ role }: Pick<Message, 'role'>): NewEntry['owner'] {
  return role === 'user' ? 'user' : 'machine';
}

/** What the documented field `message` holds: the text, or the address of what was sent instead of one. */
export function contentOf({ text, attachments }: Pick<NewEntry, 'text' | 'attachments'>): string {
  return text || (attachments[0]?.externalId ?? '');
}
