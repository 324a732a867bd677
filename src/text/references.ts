/** Character references (`&amp;`, `&#8212;`), which Markdown takes from HTML, and models use. */

/** The ones that are met in prose. Any other name stays as it was written. */
const NAMED: Readonly<Record<string, string>> = {
  ...{
    amp: '&',
    lt: '<',
    gt: '>',
    quot: '"',
    apos: "'",
    nbsp: '\u00a0',
    shy: '\u00ad',
    ensp: '\u2002',
    emsp: '\u2003',
  },
  ...{ ndash: '–', mdash: '—', hellip: '…', bull: '•', middot: '·', laquo: '«', raquo: '»', para: '¶', sect: '§' },
  ...{ lsquo: '‘', rsquo: '’', sbquo: '‚', ldquo: '“', rdquo: '”', bdquo: '„', copy: '©', reg: '®', trade: '™' },
  ...{ deg: '°', plusmn: '±', times: '×', divide: '÷', minus: '−', ne: '≠', le: '≤', ge: '≥', asymp: '≈', infin: '∞' },
  ...{ larr: '←', uarr: '↑', rarr: '→', darr: '↓', harr: '↔', rArr: '⇒', euro: '€', pound: '£', yen: '¥', cent: '¢' },
  ...{
    frac12: '½',
    frac14: '¼',
    frac34: '¾',
    sup2: '²',
    sup3: '³',
    micro: 'µ',
    pi: 'π',
    zwj: '\u200d',
    zwnj: '\u200c',
  },
};

/** The text with its character references resolved. */
export function resolveReferences(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|(\w{2,8}));/g, (written, decimal, hex, name) => {
    if (name !== undefined) return Object.hasOwn(NAMED, name) ? (NAMED[name] ?? written) : written;
    return characterOf(decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal));
  });
}

/** A number that is no character, or one that cannot be sent, is U+FFFD, as CommonMark says. */
function characterOf(code: number): string {
  const isControl = code < 0x20 && code !== 9 && code !== 10;
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  return isControl || isSurrogate || code > 0x10ffff || (code >= 0x7f && code < 0xa0)
    ? '\ufffd'
    : String.fromCodePoint(code);
}
