import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as fc from 'fast-check';

import { formatParts } from '#src/text/parts.ts';
import type { Renderer } from '#src/text/render.ts';
import type { Mark } from '#src/text/rich.ts';

const SIGNS: Record<Mark['kind'], string> = {
  bold: '**',
  italic: '_',
  strike: '~~',
  code: '`',
  quote: '"',
  heading: '#',
  link: '|',
  fence: '```',
};

/** An app that counts its markup, doubles each `&`, and takes `limit` units a message. */
function appWith(limit: number): Renderer {
  const open = (mark: Mark) => SIGNS[mark.kind] + (mark.kind === 'fence' ? `${mark.language}\n` : '');
  const close = (mark: Mark) => (mark.kind === 'fence' ? '\n' : '') + SIGNS[mark.kind];
  const text = (value: string) => value.replaceAll('&', '&&');
  return {
    limit: [limit],
    fit: (marks) => marks,
    canLink: () => true,
    open,
    close,
    text,
    markSize: (mark) => [open(mark).length + close(mark).length],
    textSize: (value) => [text(value).length],
  };
}

function parts(markdown: string, limit: number): string[] {
  const rendered = formatParts(markdown, appWith(limit));
  for (const part of rendered) assert.ok(part.length <= limit, `${part.length} units: ${part}`);
  return rendered;
}

test('paragraphs stay whole, and share a message when they fit', () => {
  assert.deepEqual(parts('one two\n\nthree\n\nfour five six', 20), ['one two\n\nthree', 'four five six']);
});

test('a long paragraph is cut between sentences, else between words, else between characters', () => {
  assert.deepEqual(parts('One is one. Two is two! And three?', 30), ['One is one. Two is two!', 'And three?']);
  assert.deepEqual(parts('one two three four five', 12), ['one two', 'three four', 'five']);
  assert.deepEqual(parts('abcdefghijkl', 5), ['abcde', 'fghij', 'kl']);
  assert.deepEqual(parts('今日は。元気です。はい。', 9), ['今日は。元気です。', 'はい。']);
  assert.deepEqual(parts('line one\nline two\nline three', 18), ['line one\nline two', 'line three']);
});

test('a paragraph is cut rather than leave most of a message empty', () => {
  const markdown = 'Intro.\n\nOne two three. Four five. Six seven.';
  assert.deepEqual(parts(markdown, 40), ['Intro.\n\nOne two three. Four five.', 'Six seven.']);
});

test('what is cut keeps its marks on both sides', () => {
  assert.deepEqual(parts('**one two _three four_ five**', 16), ['**one two**', '**_three four_**', '**five**']);
  assert.deepEqual(parts('> one two three four', 12), ['"one two"', '"three four"']);
});

test('a list is cut between its items', () => {
  assert.deepEqual(parts('- one two\n- three four\n- five six', 24), ['• one two\n• three four', '• five six']);
});

test('code is cut between lines only when it is too long, and opened again with its language', () => {
  const code = '```js\naaa\nbbb\n  ccc\nddd\n```';
  assert.deepEqual(parts(`words before it\n\n${code}`, 30), ['words before it', '```js\naaa\nbbb\n  ccc\nddd\n```']);
  assert.deepEqual(parts(code, 20), ['```js\naaa\nbbb\n```', '```js\n  ccc\nddd\n```']);
});

test('a heading or a line with a colon goes with what it announces', () => {
  const markdown = 'Something else is said before.\n\n## H\n\nSo:\n\n```\nabcdefghijkl\n```';
  assert.deepEqual(parts(markdown, 40), ['Something else is said before.', '#H#\n\nSo:\n```\nabcdefghijkl\n```']);
});

test('no character is ever cut, whatever it consists of', () => {
  const characters = ['👩‍👩‍👧‍👦', '🇩🇪', 'é', 'e\u0301', 'न', 'स्ते', '한', '你', '👍🏽', 'שׁ', 'a', ' ', '. ', '1️⃣'];
  const text = fc.array(fc.constantFrom(...characters), { minLength: 1, maxLength: 200 }).map((list) => list.join(''));
  const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
  const graphemesOf = (value: string) =>
    [...segmenter.segment(value)].map(({ segment }) => segment).filter((one) => one.trim() !== '');
  fc.assert(
    fc.property(text, fc.integer({ min: 12, max: 60 }), (value, limit) => {
      const rendered = parts(`x${value}`, limit);
      assert.deepEqual(rendered.flatMap(graphemesOf), graphemesOf(`x${value}`));
    }),
  );
});

test('prose without markup arrives whole, in any limit, in nearly as few messages as possible', () => {
  const word = fc.stringMatching(/^[a-zà-ÿ&]{1,12}$/);
  const sentences = fc.array(fc.array(word, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(sentences, fc.integer({ min: 60, max: 400 }), (list, limit) => {
      const markdown = list.map((words) => `${words.join(' ')}.`).join(' ');
      const rendered = parts(markdown, limit);
      assert.equal(rendered.join(' ').replaceAll('&&', '&'), markdown);
      assert.ok(rendered.length <= 1 + (2.1 * markdown.replaceAll('&', '&&').length) / limit);
    }),
  );
});

test('a space with an accent on it is a character, and no place for a cut', () => {
  assert.deepEqual(parts('one two \u0301three', 10), ['one', 'two \u0301three']);
});

test('no link stands in a link', () => {
  assert.deepEqual(parts('[![a](https://x.org)](https://y.org)', 20), ['|a|']);
});

test('a character that is longer than a message is cut between code points', () => {
  assert.deepEqual(parts(`a${'\u0301'.repeat(7)}`, 4), ['a\u0301\u0301\u0301', '\u0301'.repeat(4)]);
  assert.deepEqual(parts('😀'.repeat(3), 3), ['😀', '😀', '😀']);
});

test('marks that do not fit into a message are left out, and the words are not', () => {
  assert.equal(parts('**abc**', 4).join(''), 'abc');
});
