/**
 * What every text goes through before it is stored or sent: the same words, in a form that each store and app takes.
 */

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Everything that some system or other calls the end of a line: CR LF, CR, VT, FF, NEL, LS, PS. */
const LINE_ENDS = /\r\n?|[\v\f\u0085\u2028\u2029]/g;

/**
 * C0 and C1 controls but tab and newline. They have no glyph, and MongoDB's keys, terminals and apps each trip over
 * some of them. What languages and emoji need (joiners, direction marks, variation selectors, tags) is not among them.
 */
// oxlint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f]/g;

/** Matches a character that can be seen. Spaces, format characters and the blanks of Hangul and Braille cannot. */
const VISIBLE = /[^\s\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u;

/**
 * The text with one kind of line end, without control characters, without a byte order mark at its head, and well formed: a lone surrogate
 * becomes U+FFFD, because neither UTF-8 nor BSON can carry it. May be repeated. Changes nothing that a person can see.
 */
export function normalizeText(text: string): string {
  return text
    .toWellFormed()
    .replace(/^\uFEFF/, '')
    .replace(LINE_ENDS, '\n')
    .replace(CONTROLS, '');
}

/** Whether there is nothing to see in the text. Apps refuse to send such a message. */
export function isBlank(text: string): boolean {
  return !VISIBLE.test(text);
}

/** How many bytes the text takes in UTF-8. */
export function byteLength(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/** At most `limit` characters of the text as a person counts them, the last one an ellipsis if something is left out. */
export function shorten(text: string, limit: number): string {
  let count = 0;
  let kept = 0;
  for (const { index } of graphemes.segment(text)) {
    if (count === limit - 1) kept = index;
    if (count === limit) return limit > 0 ? `${text.slice(0, kept).trimEnd()}…` : '';
    count += 1;
  }
  return text;
}

/** The beginning of a text on one line, as lists show it. */
export function firstCharacters(text: string, limit: number): string {
  return shorten(text.replace(/\s+/g, ' ').trim(), limit);
}
