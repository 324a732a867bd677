/** Telegram's HTML: reads it as the platform does, and refuses in its words what it cannot read. */
import type { MessageEntity } from 'grammy/types';
import { isAt, readAttributes } from './attributes.ts';
import { readCharacter } from './characters.ts';
import { refuse, type FormattedText } from './formatted.ts';
import { argumentOf, entityOf, isTag, type OpenTag } from './tags.ts';

/** A reader's place in its source, and what it has read so far. */
interface Reading {
  readonly source: string;
  at: number;
  text: string;
  open: OpenTag[];
  entities: MessageEntity[];
}

/** Telegram counts in bytes. */
function byteOffset({ source }: Reading, at: number): number {
  return Buffer.byteLength(source.slice(0, at));
}

/** What stands up to the next blank or `>`, in lower case. */
function readName(reading: Reading): string {
  const start = reading.at;
  while (isAt(reading.source, reading.at, /[^\s>]/)) reading.at++;
  return reading.source.slice(start, reading.at).toLowerCase();
}

function readStartTag(reading: Reading): void {
  const where = byteOffset(reading, reading.at);
  reading.at += 1;
  const name = readName(reading);
  if (reading.at >= reading.source.length) refuse(`Unclosed start tag at byte offset ${where}`);
  if (!isTag(name)) refuse(`Unsupported start tag "${name}" at byte offset ${where}`);
  const { attributes, end } = readAttributes(reading.source, reading.at, { name, where });
  reading.at = end;
  reading.open.push({
    name,
    argument: argumentOf(name, attributes, where),
    isExpandable: attributes.has('expandable'),
    start: reading.text.length,
  });
}

function readEndTag(reading: Reading): void {
  const where = byteOffset(reading, reading.at);
  const tag = reading.open.pop();
  if (!tag) refuse(`Unexpected end tag at byte offset ${where}`);
  reading.at += 2;
  const name = readName(reading);
  while (isAt(reading.source, reading.at, /\s/)) reading.at++;
  if (reading.source[reading.at] !== '>') refuse(`Unclosed end tag at byte offset ${where}`);
  if (name !== '' && name !== tag.name) {
    refuse(`Unmatched end tag at byte offset ${where}, expected "</${tag.name}>", found "</${name}>"`);
  }
  reading.at += 1;
  const entity = entityOf(tag, reading.text);
  if (entity) reading.entities.push(entity);
}

/** Reads a text in `parse_mode: HTML`. Throws the 400 that Telegram answers to what it cannot read. */
export function readHtml(source: string): FormattedText {
  const reading: Reading = { source, at: 0, text: '', open: [], entities: [] };
  while (reading.at < source.length) {
    if (source.startsWith('</', reading.at)) readEndTag(reading);
    else if (source[reading.at] === '<') readStartTag(reading);
    else {
      const { character, length } = readCharacter(source, reading.at);
      reading.text += character;
      reading.at += length;
    }
  }
  const left = reading.open.at(-1);
  if (left) refuse(`Can't find end tag corresponding to start tag "${left.name}"`);
  return { text: reading.text, entities: reading.entities };
}
