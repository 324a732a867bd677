/** The tags that Telegram knows and what each leaves in the text. */
import type { MessageEntity } from 'grammy/types';
import { refuse } from './formatted.ts';

/** A tag that is open, with the place in the text where it began. */
export interface OpenTag {
  name: string;
  /** An address, a language, an emoji's id. */
  argument: string;
  isExpandable: boolean;
  start: number;
}

const TYPES = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  u: 'underline',
  ins: 'underline',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  span: 'spoiler',
  'tg-spoiler': 'spoiler',
  blockquote: 'blockquote',
  code: 'code',
  pre: 'pre',
  a: 'text_link',
  'tg-emoji': 'custom_emoji',
} as const satisfies Record<string, MessageEntity['type']>;

export function isTag(name: string): name is keyof typeof TYPES {
  return Object.hasOwn(TYPES, name);
}

/** The one attribute that matters for the tag. */
export function argumentOf(name: string, attributes: Map<string, string>, where: number): string {
  const value = attributes.get('class') ?? '';
  if (name === 'span' && value !== 'tg-spoiler') {
    refuse(`Tag "span" must have class "tg-spoiler" at byte offset ${where}`);
  }
  if (name === 'a') return attributes.get('href') ?? '';
  if (name === 'tg-emoji') return attributes.get('emoji-id') ?? '';
  return name === 'code' && value.startsWith('language-') ? value.slice('language-'.length) : '';
}

/** A link to what is no address is no link. */
function linkOf(url: string, place: Place): MessageEntity | undefined {
  const isAddress = /^(?:https?:\/\/|tg:\/\/|ton:\/\/)\S|^[\w-]+(?:\.[\w-]+)+(?:[/?#:]\S*)?$/i.test(url);
  return isAddress ? { type: 'text_link', url, ...place } : undefined;
}

interface Place {
  offset: number;
  length: number;
}

/** What the tag leaves when it is closed behind this text; an empty one leaves nothing. */
export function entityOf({ name, argument, isExpandable, start }: OpenTag, text: string): MessageEntity | undefined {
  const place: Place = { offset: start, length: text.length - start };
  if (place.length === 0 || !isTag(name)) return undefined;
  const type = TYPES[name];
  if (type === 'text_link') return linkOf(argument === '' ? text.slice(start) : argument, place);
  if (type === 'custom_emoji') {
    if (!/^[1-9]\d*$/.test(argument)) refuse('Invalid custom emoji identifier specified');
    return { type, custom_emoji_id: argument, ...place };
  }
  if (type === 'blockquote' && isExpandable) return { type: 'expandable_blockquote', ...place };
  // A language counts only where a `<pre>` has the same extent; until then the entity carries it along.
  if (type === 'code' && argument !== '') return { type, language: argument, ...place } as MessageEntity;
  return { type, ...place };
}
