import assert from 'node:assert/strict';
import { test } from 'node:test';

import { plainText } from '#src/text/plain.ts';

test('a title or preview has the words without their markup', () => {
  const cases: [string, string][] = [
    ['# A **bold** title', 'A bold title'],
    ['See [the docs](https://x.org) and `code`', 'See the docs and code'],
    ['- one\n- two', '• one\n• two'],
    ['```js\nlet a;\n```', 'let a;'],
    ['', ''],
  ];
  for (const [markdown, text] of cases) assert.equal(plainText(markdown), text);
});

test('character references become their characters, and what only looks like one stays', () => {
  const markdown =
    '&lt;b&gt; AT&amp;T&nbsp;&#8212; &#x1F600; &copy; &unknown; &#0; &#xD800; &#9999999; a&#7;b&#13;c `&amp;`';
  assert.equal(plainText(markdown), '<b> AT&T\u00a0— 😀 © &unknown; \ufffd \ufffd \ufffd ab\nc &amp;');
});
