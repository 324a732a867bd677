/** The attributes of a start tag, as strictly as Telegram reads them. */
import { readCharacter } from './characters.ts';
import { refuse } from './formatted.ts';

/** What came, and the place behind the tag's `>`. */
interface Attributes {
  attributes: Map<string, string>;
  end: number;
}

/** The tag that is being read, for the error. */
interface Tag {
  name: string;
  where: number;
}

/** Whether a character stands there that fits. */
export function isAt(source: string, at: number, pattern: RegExp): boolean {
  const character = source[at];
  return character !== undefined && pattern.test(character);
}

function skipBlanks(source: string, from: number): number {
  let at = from;
  while (isAt(source, at, /\s/)) at++;
  return at;
}

/** A value in quotes, with its character references, or a bare word of letters, digits, dots and hyphens. */
function readValue(source: string, from: number): { value: string; end: number } {
  const quote = source[from];
  let at = from;
  if (quote !== '"' && quote !== "'") {
    while (isAt(source, at, /[a-z0-9.-]/i)) at++;
    const isEnd = at >= source.length || isAt(source, at, /[\s>]/);
    if (!isEnd) refuse(`Unexpected end of name token at byte offset ${Buffer.byteLength(source.slice(0, from))}`);
    return { value: source.slice(from, at).toLowerCase(), end: at };
  }
  let value = '';
  for (at++; at < source.length && source[at] !== quote;) {
    const { character, length } = readCharacter(source, at);
    value += character;
    at += length;
  }
  return { value, end: at + 1 };
}

/** Reads from behind the tag's name to behind its `>`. Names are as they are written. */
export function readAttributes(source: string, from: number, { name, where }: Tag): Attributes {
  const attributes = new Map<string, string>();
  let at = skipBlanks(source, from);
  while (source[at] !== '>') {
    const start = at;
    while (isAt(source, at, /[^\s=>]/)) at++;
    const attribute = source.slice(start, at);
    if (at >= source.length) refuse(`Unclosed start tag "${name}" at byte offset ${where}`);
    if (attribute === '') refuse(`Empty attribute name in the tag "${name}" at byte offset ${where}`);
    at = skipBlanks(source, at);
    if (source[at] === '=') {
      const read = readValue(source, skipBlanks(source, at + 1));
      attributes.set(attribute, read.value);
      at = read.end;
    } else if (name === 'blockquote' && attribute === 'expandable') {
      attributes.set(attribute, '');
    } else {
      refuse(`Expected equal sign in declaration of an attribute of the tag "${name}" at byte offset ${where}`);
    }
    at = skipBlanks(source, at);
    if (at >= source.length) refuse(`Unclosed start tag at byte offset ${where}`);
  }
  return { attributes, end: at + 1 };
}
