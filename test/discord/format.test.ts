/** Markdown as Discord shows it. */
import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { formatDiscord } from '#adapters/discord/format.ts';
import { characters, missing, sample } from '#test/text/markdown-arbitrary.ts';

/** Everything that Discord demands of one message, and that it must not lose; gives the part. */
function accepted(part: string): string {
  assert.ok(part.length <= 2000, `${part.length} units`);
  assert.ok(part.trim() !== '', 'a message of nothing');
  // oxlint-disable-next-line no-control-regex
  assert.doesNotMatch(part, /[\u0000-\u0008]/);
  assert.equal((part.match(/^(?:> )?```/gm) ?? []).length % 2, 0, 'a block of code is left open');
  return part;
}

/** The one message that a short Markdown text becomes. */
function one(markdown: string): string {
  const [part = '', ...others] = formatDiscord(markdown);
  assert.deepEqual(others, []);
  return accepted(part);
}

const SHOWN: [string, string][] = [
  ['# A `b` **c**\n\ntext', '# A `b` c\n\ntext'],
  ['### A\n\n#### B', '### A\n\n**B**'],
  ['- # A', '• **A**'],
  ['> # A', '> # A'],
  ['**bold** *italic* ~~gone~~ ***both***', '**bold** *italic* ~~gone~~ ***both***'],
  ['**bold `code` bold**', '**bold `code` bold**'],
  ['use snake_case_words and 2 * 3 * 4', 'use snake\\_case\\_words and 2 \\* 3 \\* 4'],
  ['a | b || c || d ~ ~~', 'a | b \\|\\| c \\|\\| d ~ \\~\\~'],
  ['C:\\dir and \\`x\\`', 'C:\\\\dir and \\`x\\`'],
  ['\\- no list\n\\# no heading\n\\> no quote\n-# small', '\\- no list\n\\# no heading\n\\> no quote\n\\-# small'],
  ['1. a\n2. b\n   - c', '1. a\n2. b\n  ◦ c'],
  ['- [ ] g\n- [x] h', '☐ g\n☑ h'],
  ['```c++\na < b_c\n```', '```c++\na < b_c\n```'],
  ['```\na\n```\n\nb', '```\na\n```\nb'],
  ['```x"><b>\na\n```', '```\na\n```'],
  ['````\na ``` b\n````', '```\na `\u200b`` b\n```'],
  ['`` a`b ``', '``a`b``'],
  ['`` ` ``', '`` ` ``'],
  ['```` a```b ````', '``a`\u200b`\u200b`b``'],
  ['> one\n> > two\n>\n> `x`\n\nthree', '> one\n> \n> two\n> \n> `x`\nthree'],
  ['> one\n>\n> ```js\n> x\n> ```\n> two', '> one\n```js\nx\n```\n> two'],
  ['one\n\n---\n\ntwo', 'one\n\n──────────\n\ntwo'],
  ['👩‍👩‍👧‍👦 שלום 你好', '👩‍👩‍👧‍👦 שלום 你好'],
  ['a\ud800b\u0001c\u0006d\r\ne', 'a\ufffdbcd\ne'],
];

for (const [markdown, text] of SHOWN)
  test(`${JSON.stringify(markdown)} becomes ${JSON.stringify(text)}`, () => assert.equal(one(markdown), text));

const LINKS: [string, string][] = [
  ['[docs](https://x.org/?a=1&b=2)', '[docs](<https://x.org/?a=1&b=2>)'],
  ['[a **b** `c_d`](https://x.org)', '[a **b** `c_d`](<https://x.org>)'],
  ['![cat](https://x.org/a_(b).png)', '[cat](<https://x.org/a_(b).png>)'],
  ['see https://x.org/a_b_c*d', 'see https://x.org/a_b_c*d'],
  ['<https://x.org/_a_>', 'https://x.org/_a_'],
  ['[](https://x.org)', 'https://x.org'],
  ['[https://bank.org](https://evil.org)', 'https://bank.org (<https://evil.org>)'],
  ['[bank.org](https://evil.org)', 'bank.org (<https://evil.org>)'],
  ['[bank](https://bank.org@evil.org/)', 'bank (https://bank.org@evil.org/)'],
  ['[run](javascript:alert(1))', 'run (javascript:alert(1))'],
  ['[write](mailto:a@b.org)', 'write (mailto:a@b.org)'],
];

for (const [markdown, text] of LINKS)
  test(`the link ${markdown} becomes ${text}`, () => assert.equal(one(markdown), text));

test('nothing that a model writes names a person, a place, a time, an emoji or a command of Discord', () => {
  for (const notation of [
    '<@123>',
    '<@!123>',
    '<@&123>',
    '<#123>',
    '<:a:123>',
    '<a:a:123>',
    '<t:123:R>',
    '</help:123>',
  ])
    assert.equal(one(`see ${notation} there`), `see \\${notation.replaceAll('_', '\\_')} there`);
});

test('what shows nothing gives no message, and markup of nothing is shown as it was written', () => {
  for (const blank of ['', ' \n\t\n', '\u200b\u200e', '\u0000\u0007']) assert.deepEqual(formatDiscord(blank), []);
  assert.deepEqual(formatDiscord('**'), ['\\*\\*']);
});

test('10,000 characters of prose arrive whole, in order and in few parts', () => {
  const prose = Array.from({ length: 250 }, (_, index) => `Sentence number ${index} is like the others.`)
    .join(' ')
    .slice(0, 10_000);
  const parts = formatDiscord(prose).map(accepted);
  assert.ok(parts.length <= 6);
  assert.equal(parts.join(' '), prose);
  for (const part of parts.slice(0, -1)) assert.match(part, /\.$/);
});

test('10,000 characters of code are cut between lines, each part a block of its own with its language', () => {
  const lines = Array.from({ length: 400 }, (_, index) => `  if (a < ${index}) { b(); }`);
  const parts = formatDiscord(`Look:\n\n\`\`\`ts\n${lines.join('\n')}\n\`\`\`\n\nDone.`).map(accepted);
  for (const part of parts) assert.match(part, /```ts\n {2}if[^]*\n```/);
  const visible = parts.map((part) => part.replaceAll(/```(?:ts)?\n?/g, '').trimEnd());
  assert.equal(visible.join('\n'), `Look:\n${lines.join('\n')}\nDone.`);
});

test('any Markdown gives messages that Discord takes, with every word in order', () => {
  fc.assert(
    fc.property(sample, ({ markdown, words }) => {
      assert.deepEqual(missing(formatDiscord(markdown).map(accepted).join('\n'), words), []);
    }),
    { numRuns: 300 },
  );
});

test('any characters whatever give messages that Discord takes', () => {
  fc.assert(
    fc.property(characters(500), (markdown) => {
      for (const part of formatDiscord(markdown)) assert.ok(part.length <= 2000 && part.trim() !== '');
    }),
    { numRuns: 1000 },
  );
});
