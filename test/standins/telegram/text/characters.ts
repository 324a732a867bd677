/** The character references that Telegram's HTML knows. */

const NAMED: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"' };

/** One character of the source and how much of the source it takes. */
export interface Character {
  character: string;
  length: number;
}

function codeOf(digits: string): number {
  return /^x/i.test(digits) ? Number.parseInt(digits.slice(1), 16) : Number.parseInt(digits, 10);
}

/** Reads the character at a place; a reference that Telegram does not know stays as it is written. */
export function readCharacter(source: string, at: number): Character {
  if (source[at] !== '&') return { character: source[at] ?? '', length: 1 };
  const rest = source.slice(at, at + 12);
  const numeric = /^&#(x[0-9a-f]+|\d+);?/i.exec(rest);
  const code = numeric ? codeOf(numeric[1] ?? '') : 0;
  if (numeric && code > 0 && code < 0x10_ff_ff)
    return { character: String.fromCodePoint(code), length: numeric[0].length };
  const named = /^&([a-z]+);?/i.exec(rest);
  const character = NAMED[named?.[1] ?? ''];
  return named && character !== undefined ? { character, length: named[0].length } : { character: '&', length: 1 };
}
