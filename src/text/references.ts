/** Character references (`&amp;`, `&#8212;`), which Markdown has from HTML, and models use. */
import { normalizeText } from './normalize.ts';

/** The names that are met in prose, each before its character. Any other stays as it was written. */
const PRINTED =
  'amp& lt< gt> quot" apos\' ndash– mdash— hellip… bull• middot· laquo« raquo» lsquo‘ rsquo’ sbquo‚ ldquo“ rdquo” ' +
  'bdquo„ copy© reg® trade™ sect§ para¶ deg° plusmn± times× divide÷ minus− ne≠ le≤ ge≥ asymp≈ infin∞ frac12½ ' +
  'frac14¼ frac34¾ sup2² sup3³ microµ piπ larr← uarr↑ rarr→ darr↓ harr↔ rArr⇒ euro€ pound£ yen¥ cent¢';

const NAMED = new Map<string | undefined, string>([
  ...PRINTED.split(' ').map((entry): [string, string] => [entry.slice(0, -1), entry.slice(-1)]),
  ['nbsp', '\u00a0'],
  ['ensp', '\u2002'],
  ['emsp', '\u2003'],
  ['shy', '\u00ad'],
  ['zwj', '\u200d'],
  ['zwnj', '\u200c'],
]);

/** The text with its character references resolved; normal, whatever characters they name. */
export function resolveReferences(text: string): string {
  const resolved = text.replace(
    /&(?:#(?<decimal>\d{1,7})|#[xX](?<hex>[\da-fA-F]{1,6})|(?<name>\w{2,8}));/g,
    (written: string, decimal?: string, hex?: string, name?: string) => {
      if (decimal !== undefined) return characterOf(Number(decimal));
      return hex === undefined ? (NAMED.get(name) ?? written) : characterOf(Number.parseInt(hex, 16));
    },
  );
  return normalizeText(resolved);
}

function characterOf(code: number): string {
  return code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code);
}
