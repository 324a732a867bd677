/** Telegram's HTML: which tags it knows, how it reads them, and how it refuses what it cannot read. */
import type { MessageEntity } from 'grammy/types';
import { badRequest } from './api-error.ts';
import { readCharacter } from './html-characters.ts';

/** A text with what is to be seen in it. */
export interface FormattedText {
  text: string;
  entities: MessageEntity[];
}

/** A tag that is open, with the place in the text where it began. */
interface OpenTag {
  name: string;
  attribute: string;
  isExpandable: boolean;
  start: number;
}

const SIMPLE: Record<string, MessageEntity['type']> = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  u: 'underline',
  ins: 'underline',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  'tg-spoiler': 'spoiler',
  span: 'spoiler',
  code: 'code',
  pre: 'pre',
  a: 'text_link',
  blockquote: 'blockquote',
  'tg-emoji': 'custom_emoji',
};

/** Telegram keeps this many entities of a message and drops the others without a word. */
const MOST_ENTITIES = 100;

function refuse(what: string): never {
  throw badRequest(`can't parse entities: ${what}`);
}

/** Attributes as Telegram reads them: names in lower case, values in quotes or bare, entities resolved. */
function readAttributes(source: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name = '', double, single, bare] of source.matchAll(
    /([a-z0-9-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/gi,
  )) {
    found.set(name.toLowerCase(), unescape(double ?? single ?? bare ?? ''));
  }
  return found;
}

function unescape(source: string): string {
  let text = '';
  for (let at = 0; at < source.length;) {
    const { character, length } = readCharacter(source, at);
    text += character;
    at += length;
  }
  return text;
}

/** The one attribute that matters for a tag. */
function attributeOf(name: string, attributes: Map<string, string>, where: number): string {
  if (name === 'a') return attributes.get('href') ?? '';
  if (name === 'tg-emoji') return attributes.get('emoji-id') ?? '';
  if (name === 'code') return /^language-(.+)$/.exec(attributes.get('class') ?? '')?.[1] ?? '';
  if (name === 'span' && attributes.get('class') !== 'tg-spoiler') {
    refuse(`Tag "span" must have class "tg-spoiler" at byte offset ${where}`);
  }
  return '';
}

/** The entity that a closed tag leaves behind; some leave none. */
function entityOf(tag: OpenTag, text: string, entities: MessageEntity[]): MessageEntity | undefined {
  const place = { offset: tag.start, length: text.length - tag.start };
  if (place.length === 0) return undefined;
  if (tag.name === 'a') {
    const url = tag.attribute === '' ? text.slice(tag.start) : tag.attribute;
    return /^(?:https?:\/\/|tg:|mailto:|tel:|[\w-]+\.[a-z]{2,})/i.test(url)
      ? { type: 'text_link', url, ...place }
      : undefined;
  }
  if (tag.name === 'tg-emoji') return { type: 'custom_emoji', custom_emoji_id: tag.attribute, ...place };
  if (tag.name === 'pre') return preOf(place, entities);
  if (tag.name === 'code' && tag.attribute !== '') {
    return { type: 'pre', language: tag.attribute, ...place };
  }
  if (tag.name === 'blockquote' && tag.isExpandable) return { type: 'expandable_blockquote', ...place };
  return { type: SIMPLE[tag.name], ...place } as MessageEntity;
}

/** `<pre><code class="language-x">` is one block with a language; a `<code>` within a `<pre>` is swallowed. */
function preOf(place: { offset: number; length: number }, entities: MessageEntity[]): MessageEntity | undefined {
  const inner = entities.at(-1);
  if (inner?.offset !== place.offset || inner.length !== place.length) return { type: 'pre', ...place };
  if (inner.type === 'pre') return undefined;
  if (inner.type === 'code') entities.pop();
  return { type: 'pre', ...place };
}

/** Reads a text in `parse_mode: HTML`. Throws the 400 that Telegram answers to what it cannot read. */
export function parseHtml(html: string): FormattedText {
  const entities: MessageEntity[] = [];
  const open: OpenTag[] = [];
  const byteOffset = (at: number): number => Buffer.byteLength(html.slice(0, at));
  let text = '';
  let at = 0;

  function openTag(): void {
    const found = /^<([a-z0-9-]*)((?:[^>"']|"[^"]*"|'[^']*')*)>/i.exec(html.slice(at));
    const where = byteOffset(at);
    const name = (/^<([^\s>/]*)/.exec(html.slice(at))?.[1] ?? '').toLowerCase();
    if (!(name in SIMPLE)) refuse(`Unsupported start tag "${name}" at byte offset ${where}`);
    if (!found) refuse(`Unclosed start tag "${name}" at byte offset ${where}`);
    const attributes = readAttributes(found[2] ?? '');
    const attribute = attributeOf(name, attributes, where);
    open.push({ name, attribute, isExpandable: attributes.has('expandable'), start: text.length });
    at += found[0].length;
  }

  function closeTag(): void {
    const where = byteOffset(at);
    const found = /^<\/([^\s>]*)\s*>/.exec(html.slice(at));
    const tag = open.pop();
    if (!tag) refuse(`Unexpected end tag at byte offset ${where}`);
    if (!found) refuse(`Unclosed end tag at byte offset ${where}`);
    const name = (found[1] ?? '').toLowerCase();
    if (name !== '' && name !== tag.name) {
      refuse(`Unmatched end tag at byte offset ${where}, expected "</${tag.name}>", found "</${name}>"`);
    }
    const entity = entityOf(tag, text, entities);
    if (entity) entities.push(entity);
    at += found[0].length;
  }

  while (at < html.length) {
    if (html.startsWith('</', at)) closeTag();
    else if (html[at] === '<') openTag();
    else {
      const next = readCharacter(html, at);
      text += next.character;
      at += next.length;
    }
  }
  const left = open.at(-1);
  if (left) refuse(`Can't find end tag corresponding to start tag "${left.name}"`);
  return trim({ text, entities });
}

/** Blanks at both ends go, and the entities with them; more than a hundred entities are dropped. */
export function trim({ text, entities }: FormattedText): FormattedText {
  const end = text.trimEnd().length;
  const firstEntity = entities.reduce((least, { offset }) => Math.min(least, offset), end);
  const lead = Math.min(text.length - text.trimStart().length, firstEntity, end);
  const kept = entities
    .map((entity) => ({
      ...entity,
      offset: entity.offset - lead,
      length: Math.min(entity.length, end - entity.offset),
    }))
    .filter(({ length }) => length > 0)
    .sort((a, b) => a.offset - b.offset || b.length - a.length)
    .slice(0, MOST_ENTITIES);
  return { text: text.slice(lead, end), entities: kept };
}
