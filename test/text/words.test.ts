/** The words by which texts are found. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assert as check, property, string } from 'fast-check';
import { wordsOf } from '#src/text/words.ts';

test('neither case, accents nor forms of letters make another word', () => {
  assert.deepEqual(wordsOf('Café CAFE ﬁne Straße STRASSE İstanbul Ẹ káàárọ̀'), [
    'cafe',
    'fine',
    'strasse',
    'istanbul',
    'e',
    'kaaaro',
  ]);
});

test('languages that write no spaces have words too, and vowels stay where they carry the word', () => {
  assert.deepEqual(wordsOf('我想喝咖啡'), ['我想', '喝', '咖啡']);
  assert.deepEqual(wordsOf('สวัสดีครับ'), ['สวัสดี', 'ครับ']);
  assert.deepEqual(wordsOf('हिन्दी में'), ['हिन्दी', 'में']);
});

test('punctuation and emoji are no words', () => {
  assert.deepEqual(wordsOf('… — !? 🎉 (a)'), ['a']);
  assert.deepEqual(wordsOf(''), []);
});

test('words are distinct, and bounded in number and length', () => {
  assert.equal(wordsOf(Array.from({ length: 1_000 }, (_, n) => `w${n}`).join(' ')).length, 400);
  assert.equal(wordsOf('x'.repeat(1_000))[0]?.length, 64);
  check(
    property(string({ unit: 'grapheme', maxLength: 200 }), (text) => {
      const words = wordsOf(text);
      assert.equal(new Set(words).size, words.length);
      assert.ok(words.every((word) => word.length <= 64 && word.isWellFormed()));
    }),
  );
});
