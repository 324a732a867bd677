/** Colours for code, without knowing the language: what nearly all of them write alike. Wrong colours are harmless. */

/** A stretch of code, and what it seems to be. */
export interface Piece {
  kind?: 'comment' | 'string' | 'number' | 'keyword';
  text: string;
}

const KEYWORDS = [
  'abstract and as assert async await begin break case catch class const continue def default defer del do done echo',
  'elif else elsif end enum esac except export extends extern fi final finally fn for foreach from func function go if',
  'impl implements import in include interface is let local loop match mod module mut namespace new not of or package',
  'pass private protected public raise readonly require return select self static struct super switch then this throw',
  'throws trait try type typedef typeof union unless until use using var void when where while with yield',
  'true false null nil none undefined True False None int float double bool boolean string char long',
  'SELECT FROM WHERE INSERT INTO VALUES UPDATE SET DELETE CREATE TABLE JOIN LEFT ON GROUP ORDER BY LIMIT AND OR NOT NULL',
]
  .join(' ')
  .replaceAll(' ', '|');

const PATTERN = new RegExp(
  [
    String.raw`(?<comment>\/\*[\s\S]*?(?:\*\/|$)|(?<![:\w"'])\/\/[^\n]*|(?<=^|\s)#(?![a-f\d]{3,8}\b)[^\n]*|(?<=^|\s)--\s[^\n]*|<!--[\s\S]*?-->)`,
    String.raw`(?<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|` + '`(?:\\\\.|[^`\\\\])*`)',
    String.raw`(?<number>(?<![\w.])(?:0x[\da-fA-F]+|\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?)(?![\w.]))`,
    String.raw`(?<keyword>(?<![\w$.-])(?:${KEYWORDS})(?![\w$-]))`,
  ].join('|'),
  'gm',
);

/** Beyond this, colours would cost more time than they are worth. */
const LIMIT = 20_000;

/** Cuts code into pieces that together are the code. */
export function highlight(code: string): Piece[] {
  if (code.length > LIMIT) return [{ text: code }];
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of code.matchAll(PATTERN)) {
    if (match.index > end) pieces.push({ text: code.slice(end, match.index) });
    const kind = Object.keys(match.groups ?? {}).find((name) => match.groups?.[name] !== undefined);
    pieces.push({ kind: kind as NonNullable<Piece['kind']>, text: match[0] });
    end = match.index + match[0].length;
  }
  pieces.push({ text: code.slice(end) });
  return pieces;
}
