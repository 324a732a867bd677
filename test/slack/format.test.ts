/** Markdown out: as Slack shows it, in parts that it takes, and without anything that it would read into it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { formatSlack } from '#adapters/slack/format.ts';
import { plainText } from '#src/text/plain.ts';
import { findSpecials } from '#test/standins/slack/specials.ts';
import { missing, sample } from '#test/text/markdown-arbitrary.ts';

/** The one message that a short Markdown text becomes. */
function one(markdown: string): string {
  const [text = '', ...others] = formatSlack(markdown);
  assert.deepEqual(others, []);
  return text;
}

test('what a model writes becomes what Slack shows', () => {
  const cases: [string, string][] = [
    ['# A `b` **c**', '**A `b` c**'],
    ['**bold** *italic* ~~gone~~ ***both***', '**bold** *italic* ~~gone~~ ***both***'],
    ['a < b && c > "d" &amp; &lt;', 'a &lt; b && c &gt; "d" & &lt;'],
    ['use snake_case_words and 2 * 3', 'use snake_case_words and 2 \\* 3'],
    ['\\_not italic\\_ \\`not code\\` \\[no](link)', '\\_not italic\\_ \\`not code\\` \\[no\\](link)'],
    ['1\\. no list\n\\# no heading\n\\- no item', '1\\. no list  \n\\# no heading  \n\\- no item'],
    ['line one\nline two', 'line one  \nline two'],
    ['- a\n- b\n  - c', '• a  \n• b  \n\u00A0\u00A0◦ c'],
    ['1. x\n2. y', '1\\. x  \n2\\. y'],
    ['```c++\na < b\n```', '```c++\na &lt; b\n```'],
    ['````\na ``` b\n````', '````\na ``` b\n````'],
    ['```x"><b>\na\n```', '```\na\n```'],
    ['`` a`b `` and `` ` ``', '``a`b`` and `` ` ``'],
    ['> one\n> > two\n>\n> `x`\n\nafter', '> one\n> \n> two\n> \n> `x`\n  \nafter'],
    ['| a | b |\n|---|---|\n| 1 | 2 |', '```\na │ b\n──┼──\n1 │ 2\n```'],
    ['one\n\n---\n\ntwo', 'one\n\n──────────\n\ntwo'],
    ['[a page](https://a.example/x_(y)?a=1&b=2)', '[a page](https://a.example/x_%28y%29?a=1&b=2)'],
    ['![a picture](https://a.example/i.png)', '[a picture](https://a.example/i.png)'],
    ['👩‍👩‍👧‍👦 שלום 你好', '👩‍👩‍👧‍👦 שלום 你好'],
    ['**', '\\*\\*'],
    ['&lt;b&gt; is &amp;lt;b&amp;gt;', '&lt;b&gt; is &amp;lt;b&amp;gt;'],
  ];
  for (const [markdown, text] of cases) assert.equal(one(markdown), text, markdown);
  assert.deepEqual(formatSlack(' \n\u200B'), []);
});

test('nothing that a model writes notifies anybody or disguises an address, wherever it stands', () => {
  const specials = ['<!here>', '<!channel>', '<@U0123ABC>', '<#C012>', '<!subteam^S1>', '<https://evil.example|good>'];
  const frames = [
    (text: string) => text,
    (text: string) => `**${text}**`,
    (text: string) => `\`${text}\``,
    (text: string) => `\`\`\`\n${text}\n\`\`\``,
    (text: string) => `> ${text}`,
    (text: string) => `- ${text}`,
    (text: string) => `# ${text}`,
    (text: string) => `| ${text} |\n|---|\n| ${text} |`,
    (text: string) => `[${text}](https://a.example)`,
    (text: string) => `[x](https://a.example/${text})`,
    (text: string) => `[x](<https://a.example/${text}>)`,
    (text: string) => `<div>${text}</div>`,
    (text: string) => text.replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
    (text: string) => text.replaceAll('<', '&amp;lt;').replaceAll('>', '&amp;gt;'),
    (text: string) => text.replaceAll('<', '\\<').replaceAll('>', '\\>'),
    (text: string) => text.replaceAll('<', '&#60;').replaceAll('>', '&#x3e;'),
  ];
  for (const special of specials) {
    for (const frame of frames) {
      const text = one(frame(special));
      assert.deepEqual(findSpecials(text), [], text);
      assert.doesNotMatch(text.replaceAll(/^> /gm, ''), /[<>]/);
    }
  }
});

test('a label never shows another address than its target', () => {
  const cases: [string, string][] = [
    ['[paypal.com](https://evil.example)', 'paypal.com (https://evil.example)'],
    ['[**pay**pal.com](https://evil.example)', '**pay**pal.com (https://evil.example)'],
    ['[https://a.example/x](https://a.example/y)', 'https://a.example/x (https://a.example/y)'],
    ['[http://10.0.0.1/](http://10.0.0.2/)', 'http://10.0.0.1/ (http://10.0.0.2/)'],
    ['[see anna@b.example](mailto:eve@b.example)', 'see anna@b.example (mailto:eve@b.example)'],
    ['[ｐａｙｐａｌ．ｃｏｍ](https://evil.example)', 'ｐａｙｐａｌ．ｃｏｍ (https://evil.example)'],
    ['[paypal。com](https://evil.example)', 'paypal。com (https://evil.example)'],
    ['[10.0.0.1/login](https://evil.example)', '10.0.0.1/login (https://evil.example)'],
    ['[pay](https://evil.example)pal.com', 'pay (https://evil.example)pal.com'],
    ['paypal.[com](https://evil.example)/login', 'paypal.com (https://evil.example)/login'],
    [
      '[pay](https://evil.example)[pal.com](https://evil.example/2)',
      'pay (https://evil.example)pal.com (https://evil.example/2)',
    ],
    ['see https://a.example/x.', 'see [https://a.example/x](https://a.example/x).'],
    [
      '看https://a.example/x ，[a.example](https://a.example)。好',
      '看[https://a.example/x](https://a.example/x) ，[a.example](https://a.example)。好',
    ],
    ['in a.example, [here](https://b.example).', 'in a.example, [here](https://b.example).'],
    ['a.example ([docs](https://b.example))', 'a.example ([docs](https://b.example))'],
    ['[a.example](https://www.a.example/deep)', '[a.example](https://www.a.example/deep)'],
    ['[https://a.example](https://a.example/)', '[https://a.example](https://a.example/)'],
    ['[anna@b.example](mailto:anna@b.example)', '[anna@b.example](mailto:anna@b.example)'],
    ['[click](https://user:pw@a.example/)', 'click (https://user:pw@a.example/)'],
    ['[click](javascript:alert(1))', 'click (javascript:alert(1))'],
    ['[click](slack://open)', 'click (slack://open)'],
  ];
  for (const [markdown, text] of cases) assert.equal(one(markdown), text, markdown);
});

const squeezed = (text: string): string => text.replaceAll(/[\s\u00A0]+/g, ' ');

test('any Markdown becomes parts that Slack takes, with all its words in order', () => {
  fc.assert(
    fc.property(sample, ({ markdown, words }) => {
      const parts = formatSlack(markdown);
      for (const part of parts) {
        assert.ok(part.length > 0 && part.length <= 12_000, `${part.length} units`);
        assert.doesNotMatch(part.replaceAll(/^> /gm, ''), /[<>]/);
      }
      assert.deepEqual(missing(squeezed(parts.map(plainText).join(' ')), words), []);
    }),
    { numRuns: 150 },
  );
});

test('a long answer is cut where little is lost, and each part is well formed', () => {
  const code = Array.from({ length: 900 }, (_, line) => `const line${line} = "<${line}>";`).join('\n');
  const parts = formatSlack(`Look:\n\n\`\`\`ts\n${code}\n\`\`\`\n\n${'**a word** '.repeat(2_000)}`);
  assert.ok(parts.length >= 3);
  for (const part of parts) {
    assert.ok(part.length <= 12_000);
    assert.equal((part.match(/^```/gm) ?? []).length % 2, 0);
  }
  assert.match(parts[0] ?? '', /^Look:\s+```ts\nconst line0/);
});
