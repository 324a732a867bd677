/**
 * JSON as people write it: a trailing comma is forgiven (the documented example has one). All else is as strict as
 * RFC 8259, and what is wrong is named by line and column, which `JSON.parse` alone does not always do.
 */
import { InvalidError } from '../errors.ts';

const DEPTH_LIMIT = 32;
/** Names that reach into every object of a program that copies them carelessly. */
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** Reads a JSON text. Throws `InvalidError` (400). */
export function parseJson(text: string): unknown {
  return JSON.parse(withoutTrailingCommas(text));
}

/** The text with a space in place of each trailing comma, once it is known to be right otherwise. */
function withoutTrailingCommas(text: string): string {
  const commas: number[] = [];
  let at = 0;

  const fail = (what: string, where = at): never => {
    throw new InvalidError(`The body is not JSON: ${what} at ${placeOf(text, where)}.`, [], 400);
  };
  const unexpected = (): never =>
    fail(
      at < text.length
        ? `${JSON.stringify(String.fromCodePoint(text.codePointAt(at) ?? 0))} is not expected`
        : 'it ends too early',
    );
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const found = pattern.test(text);
    if (found) at = pattern.lastIndex;
    return found;
  };
  const next = (): string => {
    take(SPACE);
    return text.charAt(at);
  };

  /** Goes past a string, and gives it. */
  const string = (): string => {
    const start = at;
    if (text.charAt(at) !== '"') unexpected();
    at += 1;
    while (text.charAt(at) !== '"') {
      if (at >= text.length) fail('a string does not end', start);
      if (text.charCodeAt(at) < 0x20) fail('a string holds a raw control character');
      if (text.charAt(at) !== '\\') at += 1;
      else if (!take(ESCAPE)) fail('a string holds an unknown escape');
    }
    at += 1;
    return JSON.parse(text.slice(start, at)) as string;
  };

  /** Goes past the members between two brackets. */
  const list = (close: string, member: () => void): void => {
    at += 1;
    while (next() !== close) {
      member();
      const comma = next() === ',' ? at : undefined;
      if (comma === undefined && text.charAt(at) !== close) unexpected();
      if (comma === undefined) break;
      at += 1;
      if (next() === close) commas.push(comma);
    }
    at += 1;
  };

  const value = (depth: number): void => {
    const first = next();
    if (depth > DEPTH_LIMIT && (first === '{' || first === '[')) fail(`it is nested deeper than ${DEPTH_LIMIT} levels`);
    if (first === '{') list('}', () => member(depth));
    else if (first === '[') list(']', () => value(depth + 1));
    else if (first === '"') string();
    else if (!take(NUMBER) && !take(WORD)) unexpected();
  };

  const member = (depth: number): void => {
    const start = at;
    const name = string();
    if (FORBIDDEN.has(name)) fail(`the name ${JSON.stringify(name)} is not allowed`, start);
    if (next() !== ':') unexpected();
    at += 1;
    value(depth + 1);
  };

  value(1);
  if (next() !== '') unexpected();
  const starts = [0, ...commas.map((comma) => comma + 1)];
  return starts.map((start, n) => text.slice(start, commas[n])).join(' ');
}

/** A place as an editor shows it. */
function placeOf(text: string, at: number): string {
  const before = text.slice(0, at).split('\n');
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}
