/** Languages by whatever people call them: in English, by their own name, by code. Names are ICU's. */
import { LANGUAGE_CODES } from './language-codes.ts';

/** A language. */
export interface Language {
  /** ISO 639: two letters where there are two, else three. */
  code: string;
  /** In English: `Hausa`. */
  name: string;
}

/** What people say besides, and codes that ICU has no name of their own for. */
const ALIASES: Record<string, string> = {
  'afaan oromoo': 'om',
  'american english': 'en',
  'bahasa indonesia': 'id',
  'bahasa melayu': 'ms',
  bh: 'bho',
  'brazilian portuguese': 'pt',
  'british english': 'en',
  'canadian french': 'fr',
  castellano: 'es',
  castilian: 'es',
  chichewa: 'ny',
  'european portuguese': 'pt',
  farsi: 'fa',
  flemish: 'nl',
  fulani: 'ff',
  fulfulde: 'ff',
  gaelic: 'gd',
  'haitian kreyol': 'ht',
  'kreyol ayisyen': 'ht',
  'irish gaelic': 'ga',
  kurmanji: 'ku',
  mandarin: 'zh',
  'mandarin chinese': 'zh',
  'mexican spanish': 'es',
  oriya: 'or',
  panjabi: 'pa',
  pidgin: 'pcm',
  sepedi: 'nso',
  'simplified chinese': 'zh',
  siswati: 'ss',
  sorani: 'ckb',
  tagalog: 'fil',
  'traditional chinese': 'zh',
  tshivenda: 've',
  tw: 'ak',
  twi: 'ak',
  xitsonga: 'ts',
  汉语: 'zh',
  漢語: 'zh',
  普通话: 'zh',
  简体中文: 'zh',
  繁體中文: 'zh',
};

/** Nothing that is longer is a language. */
const LONGEST = 60;
const NEAREST = 3;
/** How much of a word may be wrong for a name to be near it. */
const NEAR = 0.4;

const english = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });
let index: Map<string, string> | undefined;

/**
 * The language that is called so in English ("hausa"), by itself ("Kiswahili", "中文"), or by its code, also with a
 * region ("en-GB"); whatever its case, accents and brackets. `undefined`: none that we know.
 */
export function findLanguage(text: string): Language | undefined {
  if (text.length > LONGEST) return undefined;
  const word = fold(text);
  const names = (index ??= readNames());
  const code = names.get(word) ?? names.get(languageOfTag(word));
  return code === undefined ? undefined : { code, name: englishName(code) };
}

/** The English names nearest to what somebody wrote, best first, three at most; none where nothing is near. */
export function nearLanguages(text: string): string[] {
  const word = fold(text.slice(0, LONGEST));
  const farthest = Math.floor(word.length * NEAR);
  return LANGUAGE_CODES.map((code) => ({ name: englishName(code), far: distance(word, fold(englishName(code))) }))
    .filter(({ far }) => far <= farthest)
    .toSorted((a, b) => a.far - b.far)
    .slice(0, NEAREST)
    .map(({ name }) => name);
}

/** The English name of a language in lower case, as the documented endpoints have it. An unknown code stays itself. */
export function languageName(code: string): string {
  return (findLanguage(code)?.name ?? code).toLowerCase();
}

function englishName(code: string): string {
  return english.of(code) ?? code;
}

/** Code by name. What is added first is meant: a code before a name, an English name before another's own. */
function readNames(): Map<string, string> {
  const names = new Map<string, string>();
  const add = (name: string, code: string): void => void (names.has(name) || names.set(name, code));
  for (const code of LANGUAGE_CODES) add(code, code);
  for (const code of LANGUAGE_CODES) add(fold(englishName(code)), code);
  for (const code of Intl.DisplayNames.supportedLocalesOf(LANGUAGE_CODES)) {
    const own = new Intl.DisplayNames([code], { type: 'language', fallback: 'none' }).of(code);
    if (own !== undefined) add(fold(own), code);
  }
  for (const [alias, code] of Object.entries(ALIASES)) add(fold(alias), code);
  return names;
}

/** Names that differ in case, accents, apostrophes, spaces or what they say in brackets are one. */
function fold(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[\u0300-\u036f'ʻʼ‘’ꞌ]/g, '')
    .replaceAll(/\(.*?\)/g, ' ')
    .replaceAll(/[\s_-]+/g, ' ')
    .trim();
}

/** The language of a tag whose parts are separated by spaces now: `en gb`, `hau`; empty where it is none. */
function languageOfTag(word: string): string {
  if (!/^[a-z]{2,3}( [a-z0-9]{2,8})*$/.test(word)) return '';
  try {
    return new Intl.Locale(word.replaceAll(' ', '-')).language;
  } catch {
    return ''; // a word that only looks like one
  }
}

/** How many letters must be added, taken away or exchanged to make one word of the other (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, n) => n);
  for (const [i, letter] of a.split('').entries()) {
    const above = row;
    row = [i + 1];
    for (const [j, other] of b.split('').entries()) {
      const exchanged = (above[j] ?? 0) + (letter === other ? 0 : 1);
      row.push(Math.min(exchanged, (above[j + 1] ?? 0) + 1, (row[j] ?? 0) + 1));
    }
  }
  return row.at(-1) ?? 0;
}
