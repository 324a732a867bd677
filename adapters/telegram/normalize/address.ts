/** Mentions and commands: whom a text is for, and the text without that. */
import { normalizeText } from '#src/text/normalize.ts';
import type { Self } from '../self.ts';
import { nameOf } from './people.ts';
import type { TelegramEntity } from './schema.ts';

/** A text and to whom it speaks. */
export interface Addressed {
  /** Without our own mention; others as `@name`; commands to us without our name. */
  text: string;
  /** We are named in it. */
  mentionsUs: boolean;
  /** It begins with a command that names no bot. */
  isCommand: boolean;
  /** It begins with a command for another bot. */
  isForOther: boolean;
}

/** What stands in the text instead of an entity; `undefined` leaves it as it is. */
interface Replacement {
  isUs: boolean;
  text: string | undefined;
}

function isOurName(name: string, self: Self): boolean {
  return name.toLowerCase() === self.username.toLowerCase();
}

function replaceEntity(entity: TelegramEntity, said: string, self: Self): Replacement {
  if (entity.type === 'mention' && isOurName(said.slice(1), self)) return { isUs: true, text: '' };
  if (entity.type === 'text_mention' && entity.user) {
    const isUs = String(entity.user.id) === self.id;
    return { isUs, text: isUs ? '' : `@${nameOf(entity.user) || said}` };
  }
  if (entity.type === 'bot_command') {
    const [command, name] = said.split('@');
    if (command !== undefined && name !== undefined && isOurName(name, self)) return { isUs: true, text: command };
  }
  return { isUs: false, text: undefined };
}

/** Joins what stands around a mention that is taken out, without a double blank or a comma left alone at the head. */
function joinAround(before: string, after: string): string {
  if (before.trim() !== '' && !before.endsWith('\n')) return before.replace(/\s$/, '') + after;
  return before.trimStart() + after.replace(/^[\s,:]+/, '');
}

/** Which bot the command at the head of a text names: us, another, or none. No command: `undefined`. */
function commandFor(raw: string, entities: readonly TelegramEntity[], self: Self): 'us' | 'other' | 'any' | undefined {
  const head = entities.find(({ type, offset }) => type === 'bot_command' && offset === 0);
  if (!head) return undefined;
  const name = raw.slice(0, head.length).split('@')[1];
  if (name === undefined) return 'any';
  return isOurName(name, self) ? 'us' : 'other';
}

/** Reads a text with its entities, whose places count UTF-16 units as our strings do. */
export function readAddress(raw: string, entities: readonly TelegramEntity[], self: Self): Addressed {
  let text = raw;
  let mentionsUs = false;
  // From the end, so that the places of those before stay right.
  for (const entity of entities.toSorted((one, other) => other.offset - one.offset)) {
    const end = entity.offset + entity.length;
    const said = raw.slice(entity.offset, end);
    const { isUs, text: instead } = replaceEntity(entity, said, self);
    mentionsUs ||= isUs;
    if (instead === undefined) continue;
    const [before, after] = [text.slice(0, entity.offset), text.slice(end)];
    text = instead === '' ? joinAround(before, after) : before + instead + after;
  }
  const isBare = mentionsUs && text.trim() === '';
  const spoken = normalizeText(isBare ? raw : text.trim());
  const command = commandFor(raw, entities, self);
  return { text: spoken, mentionsUs, isForOther: command === 'other', isCommand: command === 'any' };
}
