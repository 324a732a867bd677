import assert from 'node:assert/strict';
import { test } from 'node:test';

import { plainText } from '#src/text/plain.ts';

/** The longest text that is taken in. */
const LENGTH = 256 * 1024;

/** Nobody waits for a text that was written to be slow; what is meant to be read takes a few milliseconds. */
const DEADLINE_MS = 3000;

function repeated(piece: string, length: number): string {
  return piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
}

const PIECES = [
  '*',
  'a*',
  '*a ',
  '**a ',
  '_a ',
  '~a ',
  '`',
  '`a',
  '[',
  '[a](',
  '[a]',
  '![',
  '<',
  '<a ',
  '<!--',
  '<?',
  '&',
  '&#',
  '\\',
  '\\(',
  '$$',
  '$',
  'http://',
  'www.a.',
  'a@',
  '>',
  '> ',
  '> a\n',
  '- ',
  '- a\n',
  '1. ',
  '#',
  '# a\n',
  '```\n',
  '|',
  '|a',
  '\n',
  ' ',
  '\t',
  'a \n',
  '[a]: b\n',
  '<div>\n',
  'a\n=',
  '> - > - a\n',
  '*a **a ',
  'a\u0301',
  '\u0301',
];

test('no repetition makes a text slow to read or loses it', () => {
  for (const piece of PIECES) {
    for (const length of [20_000, LENGTH]) {
      const markdown = `first ${repeated(piece, length)} last`;
      const start = performance.now();
      const text = plainText(markdown);
      const took = performance.now() - start;
      assert.ok(took < DEADLINE_MS, `${JSON.stringify(piece)} × ${length}: ${Math.round(took)} ms`);
      assert.match(text, /^first[^]*last$/);
    }
  }
});

test('nesting without end and tables without measure are shown as they were written', () => {
  const stairs = Array.from({ length: 700 }, (_, index) => `${' '.repeat(index)}- a`).join('\n');
  const table = `${'|a'.repeat(1000)}\n${'|-'.repeat(1000)}\n${'b\n'.repeat(100_000)}`;
  for (const markdown of ['> '.repeat(5000) + 'a', '- '.repeat(5000) + 'a', stairs, table]) {
    const start = performance.now();
    assert.equal(plainText(markdown), markdown.trim());
    assert.ok(performance.now() - start < DEADLINE_MS);
  }
});

test('formulas keep their stars, underscores and backslashes', () => {
  const formulas = ['\\(a_1 * b*c*d\\)', '\\[\n\\frac{a}{b} \\\\ c_{i} *d*\n\\]', '$$x_1 * y*z*$$'];
  for (const formula of formulas) assert.equal(plainText(`Take ${formula} here`), `Take ${formula} here`);
});
