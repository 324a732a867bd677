/** Languages are found by whatever people call them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assert as assertAlways, constantFrom, property, string } from 'fast-check';
import { LANGUAGE_CODES } from '#src/text/language-codes.ts';
import { findLanguage, languageName, nearLanguages } from '#src/text/languages.ts';

const english = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });

const found: [string, string[]][] = [
  ['ha', ['hausa', 'Hausa', 'HAUSA', 'ha', 'HA', 'hau', ' Hausa ', 'ha-NG', 'ha_Latn_NG']],
  ['sw', ['swahili', 'Kiswahili', 'kiswahili', 'sw', 'swa']],
  ['fr', ['french', 'français', 'Francais', 'FRANÇAIS', 'franc\u0327ais', 'fr', 'fr-CA', 'fre', 'Canadian French']],
  ['zh', ['Chinese', '中文', 'zh-Hant', 'zh_CN', 'Mandarin', 'Chinese (Simplified)', 'cmn', 'chi']],
  ['en', ['english', 'en-GB', 'English (UK)', 'British English', 'eng']],
  ['yo', ['Yoruba', 'Yorùbá', 'Èdè Yorùbá', 'yor']],
  ['ig', ['igbo', 'Igbo', 'ig']],
  ['ar', ['Arabic', 'العربية', 'ar-EG']],
  ['hi', ['Hindi', 'हिन्दी']],
  ['vi', ['Tiếng Việt', 'tieng viet']],
  ['uz', ["o'zbek", 'o‘zbek', 'Uzbek']],
  ['he', ['Hebrew', 'iw', 'עברית']],
  ['fil', ['Tagalog', 'tl', 'Filipino']],
  ['ak', ['Twi', 'tw', 'Akan']],
  ['tlh', ['Klingon']],
];

for (const [code, names] of found) {
  test(`${names.join(', ')} are ${code}`, () => {
    const expected = { code, name: english.of(code) };
    for (const name of names) assert.deepEqual(findLanguage(name), expected, name);
  });
}

test('what is no language is none', () => {
  const none = [
    '',
    ' ',
    'klingonish',
    'hello',
    'x',
    '42',
    '?',
    '()',
    '__proto__',
    'constructor',
    'en-a-b',
    'und',
    'zxx',
  ];
  for (const text of none) assert.equal(findLanguage(text), undefined, text);
  assert.equal(findLanguage('english'.repeat(10_000)), undefined);
});

test('no text makes it fail, and whatever is found has a code that finds it again', () => {
  assertAlways(
    property(string({ unit: 'binary' }), (text) => {
      nearLanguages(text);
      const language = findLanguage(text);
      assert.ok(language === undefined || findLanguage(language.code)?.code === language.code);
    }),
  );
});

test('each language is found by its code and by its English name in any case', () => {
  assertAlways(
    property(constantFrom(...LANGUAGE_CODES), constantFrom('toUpperCase', 'toLowerCase', 'trim'), (code, way) => {
      const name = english.of(code) ?? '';
      assert.deepEqual(findLanguage(code[way]()), { code, name });
      // "Ga" is Irish: a code goes before a name.
      if (name !== 'Ga') assert.deepEqual(findLanguage(name[way]()), { code, name });
      assert.equal(languageName(code), name.toLowerCase());
    }),
    { numRuns: 1000 },
  );
});

test('a wrong letter or two still come near', () => {
  assert.equal(nearLanguages('klingonish')[0], 'Klingon');
  assert.deepEqual(nearLanguages('spansh'), ['Spanish']);
  assert.equal(nearLanguages('housa')[0], 'Hausa');
  assert.deepEqual(nearLanguages('xyzzyq'), []);
  assert.deepEqual(nearLanguages(''), []);
  assertAlways(property(string(), (text) => nearLanguages(text).length <= 3));
});

test('the list of codes has each language that ICU has a name for', () => {
  const letters = Array.from({ length: 26 }, (_, n) => String.fromCodePoint(97 + n));
  const codes = letters.flatMap((a) => letters.flatMap((b) => ['', ...letters].map((c) => a + b + c)));
  // Not one language each, or one that goes by another code.
  const leftOut = new Set(['mul', 'und', 'zxx', 'bh', 'tw']);
  const named = codes.filter((code) => !leftOut.has(code) && english.of(code));
  assert.deepEqual(
    named.filter((code) => Intl.getCanonicalLocales(code)[0] === code),
    [...LANGUAGE_CODES],
  );
});
