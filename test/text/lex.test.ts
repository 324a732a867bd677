import assert from 'node:assert/strict';
import { test } from 'node:test';

import { formatTelegram } from '#adapters/telegram/format.ts';
import { plainText } from '#src/text/plain.ts';

/** Long enough for a square to show: the longest text that is taken in is four times as long. */
const LENGTH = 64 * 1024;

/** Of the processor, which other tests do not count towards. What is meant to be read takes a few milliseconds. */
const MAX_CPU_MS = 2000;

/** Reads a text and fails when that takes too long. */
function readInTime(markdown: string): string {
  const start = process.cpuUsage();
  const text = plainText(markdown);
  const { user, system } = process.cpuUsage(start);
  const took = Math.round((user + system) / 1000);
  assert.ok(took < MAX_CPU_MS, `${JSON.stringify(markdown.slice(0, 40))} × ${markdown.length}: ${took} ms`);
  return text;
}

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
  '_www.',
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
  'a\n=\n',
  'a|\n-|\n# b\n',
  'a|b\n-|-\n',
  'a|-|\n|-|\n',
  'a|b\n-|-\n1|2|3\n\n',
  '> - > - a\n',
  '*a **a ',
  '\n"1=\n> > ',
  '>---\n=\n',
  '1\n',
  'a\u0301',
  '\u0301',
];

test('no repetition makes a text slow to read or loses it', () => {
  for (const piece of PIECES) {
    for (const length of [10_000, LENGTH]) {
      const text = readInTime(`first ${repeated(piece, length)} last`);
      assert.match(text, /^first[^]*last\W*$/);
    }
  }
});

test('nesting without end and tables without measure are shown as they were written', () => {
  const stairs = Array.from({ length: 40 }, (_, index) => `${' '.repeat(300 - index)}- a`).join('\n');
  const table = `${'|a'.repeat(1000)}\n${'|-'.repeat(1000)}\n${'b\n'.repeat(100_000)}`;
  for (const markdown of ['> '.repeat(5000) + 'a', '- '.repeat(5000) + 'a', stairs, table]) {
    assert.equal(readInTime(markdown), markdown.trim());
  }
});

test('long rules and deep but readable lists are no reason to show the markup', () => {
  const stairs = Array.from({ length: 8 }, (_, depth) => `${'  '.repeat(depth)}- **a**`).join('\n');
  const markdown = `${'-'.repeat(200)}\n\n${stairs}\n\n> > > - **b**`;
  assert.doesNotMatch(plainText(markdown), /[*>]|---/);
});

test('a long text reads as a short one does', () => {
  const list = Array.from({ length: 400 }, (_, index) => `- item ${index} of **them**`);
  const lines = Array.from({ length: 2000 }, (_, index) => `${index}`);
  const quote = Array.from({ length: 500 }, (_, index) => `> said ${index}`);
  const code = Array.from({ length: 3000 }, (_, index) => (index % 5 === 0 ? '' : `- *${index}*`));
  const table = Array.from({ length: 100 }, (_, index) => `| ${index} | ${'x'.repeat(80)} |`);
  const markdown = [
    ...list,
    '',
    ...lines,
    '',
    ...quote,
    '',
    '```',
    ...code,
    '```',
    '',
    '| a | b |',
    '|--|--|',
    ...table,
  ];
  const expected = [
    list.join('\n').replaceAll('- ', '• ').replaceAll('**', ''),
    lines.join('\n'),
    quote.join('\n').replaceAll('> ', ''),
    code.join('\n').trimEnd(),
  ];
  const text = plainText(markdown.join('\n'));
  for (const part of expected) assert.ok(text.includes(part), part.slice(0, 30));
  assert.equal(text.match(/^\d+ +│ x+$/gm)?.length, 100);
});

test('a reference resolves however far away its definition is', () => {
  const markdown = `See [docs].\n\n${'Some words.\n\n'.repeat(1000)}[docs]: https://x.org`;
  assert.match(formatTelegram(markdown)[0] ?? '', /^See <a href="https:\/\/x.org">docs<\/a>\./);
});

test('formulas keep their stars, underscores and backslashes', () => {
  const formulas = ['\\(a_1 * b*c*d\\)', '\\[\n\\frac{a}{b} \\\\ c_{i} *d*\n\\]', '$$x_1 * y*z*$$'];
  for (const formula of formulas) assert.equal(plainText(`Take ${formula} here`), `Take ${formula} here`);
});
