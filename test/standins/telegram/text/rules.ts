/** Which entities may stand together: Telegram puts right by itself what may not, and says nothing. */
import type { MessageEntity } from 'grammy/types';
import type { FormattedText } from './formatted.ts';

/** Of those that overlap only the first is kept; with the same extent this is their order. */
const WHOLE: readonly string[] = ['pre', 'code', 'text_link'];

const STYLES: readonly string[] = ['bold', 'italic', 'underline', 'strikethrough', 'spoiler'];

/** Telegram keeps this many entities of a message and drops the others. */
const MOST_ENTITIES = 100;

function byPlace(a: MessageEntity, b: MessageEntity): number {
  return a.offset - b.offset || b.length - a.length || WHOLE.indexOf(a.type) - WHOLE.indexOf(b.type);
}

function overlaps(a: MessageEntity, b: MessageEntity): boolean {
  return a.offset < b.offset + b.length && b.offset < a.offset + a.length;
}

/** `<pre>` with a `<code class="language-…">` of the same extent takes its language; alone a code has none. */
function giveLanguages(entities: MessageEntity[]): MessageEntity[] {
  return entities.map((entity) => {
    if (entity.type === 'code') return { type: entity.type, offset: entity.offset, length: entity.length };
    if (entity.type !== 'pre') return entity;
    const inner = entities.find(
      (one) => one.type === 'code' && one.offset === entity.offset && one.length === entity.length,
    );
    return inner && 'language' in inner ? { ...entity, language: inner.language } : entity;
  });
}

/** The first of those that overlap. */
function keepFirst(entities: MessageEntity[]): MessageEntity[] {
  const kept: MessageEntity[] = [];
  for (const entity of entities.toSorted(byPlace)) {
    if (!kept.some((other) => overlaps(other, entity))) kept.push(entity);
  }
  return kept;
}

/** What is left of a style when code is cut out of it. */
function without(style: MessageEntity, codes: MessageEntity[]): MessageEntity[] {
  let left = [style];
  for (const code of codes) {
    left = left.flatMap((piece) => {
      if (!overlaps(piece, code)) return [piece];
      const end = piece.offset + piece.length;
      const codeEnd = code.offset + code.length;
      return [
        { ...piece, length: code.offset - piece.offset },
        { ...piece, offset: codeEnd, length: end - codeEnd },
      ].filter(({ length }) => length > 0);
    });
  }
  return left;
}

/** Puts the entities right: code has nothing in it, links and quotes are not nested. */
function settle(entities: MessageEntity[]): MessageEntity[] {
  const named = giveLanguages(entities);
  const whole = keepFirst(named.filter(({ type }) => WHOLE.includes(type)));
  const quotes = keepFirst(named.filter(({ type }) => type.endsWith('blockquote')));
  const codes = whole.filter(({ type }) => type !== 'text_link');
  const styles = named.filter(({ type }) => STYLES.includes(type)).flatMap((style) => without(style, codes));
  const known = new Set([...WHOLE, ...STYLES, 'blockquote', 'expandable_blockquote']);
  const others = named.filter((one) => !known.has(one.type) && !codes.some((code) => overlaps(code, one)));
  return [...whole, ...quotes, ...styles, ...others].sort(byPlace).slice(0, MOST_ENTITIES);
}

/** Takes the blanks from both ends (those before an entity stay) and puts the entities right. */
export function tidy({ text, entities }: FormattedText): FormattedText {
  const end = text.trimEnd().length;
  const firstEntity = entities.reduce((least, { offset }) => Math.min(least, offset), end);
  const start = Math.min(text.length - text.trimStart().length, firstEntity);
  const inside = entities
    .map((one) => ({ ...one, offset: one.offset - start, length: Math.min(one.length, end - one.offset) }))
    .filter(({ length }) => length > 0);
  return { text: text.slice(start, end), entities: settle(inside) };
}
