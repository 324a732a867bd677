/** Markdown as WhatsApp writes it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatWhatsapp } from '#adapters/whatsapp/format.ts';

test('marks become the signs that people type there', () => {
  const cases: [string, string][] = [
    ['**bold** and *italic*', '*bold* and _italic_'],
    ['~~gone~~ and `code`', '~gone~ and `code`'],
    ['# Title\n\ntext', '*Title*\n\ntext'],
    ['***both***', '_*both*_'],
    ['> a\n> b', '> a\n> b'],
    ['```js\nlet a = 1;\n```', '```let a = 1;```'],
    ['- one\n- two', '• one\n• two'],
    ['[docs](https://example.org/a)', 'docs (https://example.org/a)'],
    ['https://example.org/a', 'https://example.org/a'],
  ];
  for (const [markdown, written] of cases) assert.deepEqual(formatWhatsapp(markdown), [written], markdown);
});

test('nothing to see is nothing to say', () => {
  for (const blank of ['', '  \n', '\u200b']) assert.deepEqual(formatWhatsapp(blank), []);
});

test('a text at the limit is one message, a longer one is several, and nothing is lost', () => {
  const words = 'word '.repeat(30_000).trim();
  assert.equal(formatWhatsapp('x'.repeat(65_536)).length, 1);
  const parts = formatWhatsapp(words);
  assert.ok(parts.length > 1 && parts.every((part) => part.length <= 65_536));
  assert.equal(parts.join(' ').replaceAll(/\s+/g, ' '), words);
});

test('backticks in code end nothing', () => {
  assert.deepEqual(formatWhatsapp('````\na ``` b\n````'), ['```a `\u200b`\u200b` b```']);
});
