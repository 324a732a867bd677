import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as fc from 'fast-check';

import { byteLength, firstCharacters, isBlank, normalizeText, shorten } from '#src/text/normalize.ts';

test('a lone surrogate becomes U+FFFD and a pair stays', () => {
  assert.equal(normalizeText('a\ud83d b\ude00 \ud83d\ude00'), 'a\ufffd b\ufffd 😀');
});

test('every line end becomes a newline', () => {
  assert.equal(normalizeText('a\r\nb\rc\nd\u0085e\u2028f\u2029g\vh\fi'), 'a\nb\nc\nd\ne\nf\ng\nh\ni');
});

test('control characters go, tabs and newlines stay', () => {
  assert.equal(normalizeText('\ufeffa\u0000b\u0007c\u001b[1md\u007fe\u009ff\t\ng'), 'abc[1mdef\t\ng');
});

test('what languages and emoji are written with stays', () => {
  const texts = [
    'می\u200cخواهم', // Persian, with the joiner that keeps letters apart
    'क्\u200dष', // Devanagari, with the one that joins them
    '\u200fשלום (abc)\u200e!', // direction marks
    '\u2067עברית\u2069 and \u202bعربي\u202c',
    '👩‍👩‍👧‍👦 ❤️ 🇩🇪 🏴󠁧󠁢󠁥󠁮󠁧󠁿 1️⃣',
    'ẹ̀kọ́ Việt e\u0301',
    'soft\u00adhyphen no\u00a0break zero\u200bwidth',
  ];
  for (const text of texts) assert.equal(normalizeText(text), text);
});

test('normalising twice is normalising once, and gives what UTF-8 can carry', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) }),
      (text) => {
        const once = normalizeText(text);
        assert.equal(normalizeText(once), once);
        assert.equal(Buffer.from(once).toString(), once);
      },
    ),
  );
});

test('blank is what nobody can see', () => {
  for (const text of ['', ' \t\n\u00a0\u3000', '\u200b\u200e\ufeff', '\u3164\u2800\ufe0f'])
    assert.equal(isBlank(text), true);
  for (const text of ['a', ' . ', '😀', '\u0301', '\ufffd']) assert.equal(isBlank(text), false);
});

test('bytes are counted in UTF-8', () => {
  assert.equal(byteLength('aé你😀'), 10);
});

test('a text is shortened between characters, and says that it was', () => {
  assert.equal(shorten('abcdef', 6), 'abcdef');
  assert.equal(shorten('abcdef', 4), 'abc…');
  assert.equal(shorten('ab cdef', 4), 'ab…');
  assert.equal(shorten('👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 2), '👩‍👩‍👧‍👦…');
  assert.equal(shorten('नमस्ते', 2), 'न…');
  assert.equal(shorten('abc', 1), '…');
  assert.equal(shorten('abc', 0), '');
  assert.equal(shorten('', 0), '');
});

test('a preview is the beginning on one line', () => {
  assert.equal(firstCharacters('  Hello,\n\n  world  ', 80), 'Hello, world');
  assert.equal(firstCharacters(`${' '.repeat(5000)}a\n${'b'.repeat(100)}`, 8), 'a bbbbb…');
});
