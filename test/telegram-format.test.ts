import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as fc from 'fast-check';

import { formatTelegram } from '#adapters/telegram/format.ts';
import { parseHtml } from '#test/standins/telegram/html.ts';
import { characters, missing, sample } from '#test/text/markdown-arbitrary.ts';

/** Everything that Telegram demands of one message; gives the text that is to be seen. */
function accepted(html: string): string {
  const { text } = parseHtml(html);
  const tags = [...html.matchAll(/<(\/?)(\w+)[^>]*>/g)].map(([, slash, name = '']) => ({ isEnd: slash === '/', name }));
  const open: string[] = [];
  for (const { isEnd, name } of tags) {
    if (isEnd) {
      assert.equal(open.pop(), name);
      continue;
    }
    assert.match(name, /^(b|i|s|code|pre|a|blockquote)$/);
    assert.ok(!open.includes(name), `${name} in ${name}`);
    assert.ok(!open.includes('code'), `${name} in code`);
    if (open.includes('pre')) assert.deepEqual([open.at(-1), name], ['pre', 'code']);
    if (name === 'code' && open.at(-1) !== 'pre') assert.ok(open.every((other) => other === 'blockquote'));
    open.push(name);
  }
  assert.deepEqual(open, []);
  const entities = html.replaceAll('<pre><code', '<pre').match(/<\w/g)?.length ?? 0;
  assert.ok(entities <= 100, `${entities} entities`);
  const visible = html.replace(/<[^>]*>/g, '').replace(/&\w+;/g, '.');
  assert.ok(visible.length <= 4096, `${visible.length} units`);
  assert.notEqual(text, '');
  return text;
}

/** The one message that a short Markdown text becomes. */
function one(markdown: string): string {
  const [html = '', ...others] = formatTelegram(markdown);
  assert.deepEqual(others, []);
  accepted(html);
  return html;
}

test('what a model writes becomes what Telegram shows', () => {
  const cases: [string, string][] = [
    ['# A `b` **c**', '<b>A </b><code>b</code><b> c</b>'],
    ['**bold** *italic* ~~gone~~ ***both***', '<b>bold</b> <i>italic</i> <s>gone</s> <i><b>both</b></i>'],
    ['**bold `code` bold**', '<b>bold </b><code>code</code><b> bold</b>'],
    ['a < b && c > "d" &amp; &lt;', 'a &lt; b &amp;&amp; c &gt; &quot;d&quot; &amp; &lt;'],
    ['<script>alert(1)</script> <b>x</b>', '&lt;script&gt;alert(1)&lt;/script&gt; &lt;b&gt;x&lt;/b&gt;'],
    ['use snake_case_words and 2 * 3 * 4', 'use snake_case_words and 2 * 3 * 4'],
    ['**unbalanced *stars', '**unbalanced *stars'],
    ['area is \\(a_1 * b*c*d\\)', 'area is \\(a_1 * b*c*d\\)'],
    ['```c++\na < b\n```', '<pre><code class="language-c++">a &lt; b</code></pre>'],
    ['```\na\n```', '<pre>a</pre>'],
    ['```x"><b>\na\n```', '<pre>a</pre>'],
    ['> one\n> > two\n>\n> `x`', '<blockquote>one\n\ntwo\n\n<code>x</code></blockquote>'],
    ['one\n\n---\n\ntwo', 'one\n\n──────────\n\ntwo'],
    ['line one\nline two', 'line one\nline two'],
    ['👩‍👩‍👧‍👦 שלום 你好', '👩‍👩‍👧‍👦 שלום 你好'],
  ];
  for (const [markdown, html] of cases) assert.equal(one(markdown), html);
});

test('lists keep their bullets, numbers, boxes and depth', () => {
  const markdown = '- a\n- b\n  - c\n    1. d\n    2. e\n\n       ```js\n       f\n       ```\n- [ ] g\n- [x] h';
  const lines = [
    '• a',
    '• b',
    '  ◦ c',
    '    1. d',
    '    2. e',
    '<pre><code class="language-js">f</code></pre>',
    '☐ g',
    '☑ h',
  ];
  assert.deepEqual(one(markdown).split(/\n+/), lines);
});

test('a table stands in columns, wide characters counted as two', () => {
  const html = one('| Name | n |\n|:--|--:|\n| **a** | 1 |\n| 你好 x | 22 |');
  assert.equal(html, '<pre>Name   │  n\n───────┼───\na      │  1\n你好 x │ 22</pre>');
});

test('a row with more cells than the header loses none of them', () => {
  const html = one('| a | b |\n|---|---|\n| `x || y` | z |\n| 1 | 2 | 3 |');
  assert.equal(html, '<pre>a      │ b │\n───────┼───┼──\nx || y │ z │\n1      │ 2 │ 3</pre>');
});

test('a link that Telegram would drop shows its address', () => {
  const link = '<a href="https://x.org/?a=1&amp;b=2">docs</a>';
  assert.equal(one('[docs](https://x.org/?a=1&b=2)'), link);
  assert.equal(one('![docs](https://x.org/?a=1&b=2)'), link);
  assert.equal(one('[a **b** `c`](https://x.org)'), '<a href="https://x.org">a <b>b</b> c</a>');
  assert.equal(one('[![inner](https://y.org)](https://x.org)'), '<a href="https://x.org">inner</a>');
  assert.equal(one('[](https://x.org)'), '<a href="https://x.org">https://x.org</a>');
  assert.equal(one('[app](http://localhost:3000)'), 'app (http://localhost:3000)');
  assert.equal(one('[run](javascript:alert(1))'), 'run (javascript:alert(1))');
  assert.equal(one('[write](mailto:a@b.org), <a@b.org>'), 'write (mailto:a@b.org), a@b.org');
  assert.equal(one('[bank](https://bank.org@evil.org/)'), 'bank (https://bank.org@evil.org/)');
  assert.equal(
    one('[Ann](tg://user?id=1) [chat](tg://resolve?domain=x)'),
    'Ann (tg://user?id=1) <a href="tg://resolve?domain=x">chat</a>',
  );
  assert.equal(one('![dot](data:image/png;base64,AAAA)'), 'dot (data:image/png)');
});

test('what shows nothing gives no message, and markup of nothing is shown as it was written', () => {
  for (const blank of ['', ' \n\t\n', '\u200b\u200e', '\u0000\u0007']) assert.deepEqual(formatTelegram(blank), []);
  for (const markup of ['**', '```\n```', '#', '[a]: https://x.org'])
    assert.deepEqual(formatTelegram(markup), [markup]);
});

test('no message is empty, however many blank lines there are', () => {
  const parts = formatTelegram(`\`\`\`\na\n${'\n'.repeat(9000)}b\n\`\`\``);
  assert.deepEqual(
    parts.map(accepted).map((text) => text.trim()),
    ['a', 'b'],
  );
});

test('a lone surrogate or a control character does not spoil a message', () => {
  assert.equal(one('a\ud800b\u0000c\u001bd\r\ne'), 'a\ufffdbcd\ne');
});

test('10,000 characters of prose arrive whole, in order and in three parts', () => {
  const prose = Array.from({ length: 250 }, (_, index) => `Sentence number ${index} is like the others.`)
    .join(' ')
    .slice(0, 10_000);
  const parts = formatTelegram(prose).map(accepted);
  assert.equal(parts.length, 3);
  assert.equal(parts.join(' '), prose);
  for (const part of parts.slice(0, -1)) assert.match(part, /\.$/);
});

test('10,000 characters of code are cut between lines, each part a block of its own with its language', () => {
  const lines = Array.from({ length: 400 }, (_, index) => `  if (a < ${index}) { b(); }`);
  const parts = formatTelegram(`Look:\n\n\`\`\`ts\n${lines.join('\n')}\n\`\`\`\n\nDone.`);
  for (const part of parts) assert.match(part, /<pre><code class="language-ts"> {2}if[^]*<\/code><\/pre>/);
  const visible = parts.map((part) => part.replace(/<[^>]*>/g, '').replaceAll('&lt;', '<'));
  assert.equal(visible.join('\n'), `Look:\n${lines.join('\n')}\nDone.`);
});

test('code that fits into a message is never cut, and takes its announcement along', () => {
  const code = `\`\`\`py\n${'print(1)\n'.repeat(200)}\`\`\``;
  const parts = formatTelegram(`${'Some words here. '.repeat(180)}\n\n## Example\n\nRun this:\n\n${code}`);
  assert.equal(parts.length, 2);
  assert.match(parts[1] ?? '', /^<b>Example<\/b>\n\nRun this:\n<pre>/);
});

test('no message has more entities than Telegram counts', () => {
  const parts = formatTelegram(Array.from({ length: 350 }, (_, index) => `- **b${index}**`).join('\n'));
  assert.equal(parts.length, 4);
  assert.equal(parts.map(accepted).join('\n').match(/b\d+/g)?.length, 350);
});

test('no message has more addresses than Telegram takes', () => {
  const parts = formatTelegram(`[a](https://x.org/${'y'.repeat(1900)}) `.repeat(10));
  for (const part of parts) assert.ok(part.length < 7000);
  assert.equal(parts.map(accepted).join('').replace(/\s/g, ''), 'a'.repeat(10));
});

test('any Markdown gives messages that Telegram takes, with every word in order', () => {
  fc.assert(
    fc.property(sample, ({ markdown, words }) => {
      assert.deepEqual(missing(formatTelegram(markdown).map(accepted).join('\n'), words), []);
    }),
    { numRuns: 300 },
  );
});

test('any characters whatever give messages that Telegram takes', () => {
  fc.assert(
    fc.property(characters(2000), (markdown) => void formatTelegram(markdown).map(accepted)),
    { numRuns: 1500 },
  );
});
