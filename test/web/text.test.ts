import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCommand, matchingCommands } from '#src/web/client/state/commands.ts';
import { decodeEntities } from '#src/web/client/view/entities.ts';
import { highlight } from '#src/web/client/view/highlight.ts';
import { dayName, dayNumber } from '#src/web/client/view/time.ts';

test('colouring code loses none of it', () => {
  const codes = [
    '',
    'const a = "b // c"; // d',
    "it's a 0x1F\n# x",
    '`${a}` /* open',
    'SELECT * FROM t -- all',
    '"'.repeat(99),
  ];
  for (const code of codes) {
    const text = highlight(code).map((piece) => piece.text);
    assert.equal(text.join(''), code);
  }
  assert.deepEqual(
    highlight('return 42; // "no"').filter((piece) => piece.kind),
    [
      { kind: 'keyword', text: 'return' },
      { kind: 'number', text: '42' },
      { kind: 'comment', text: '// "no"' },
    ],
  );
});

test('character references become characters, once, and never anything else', () => {
  assert.equal(decodeEntities('a &lt;b&gt; &amp;amp; &#233;&#xe9; &copy;'), 'a <b> &amp; éé ©');
  assert.equal(decodeEntities('&unknown; &#0; &#x110000; &#xd800; & &;'), '&unknown; &#0; &#x110000; \ufffd & &;');
});

test('commands are offered while their name is typed, and no longer', () => {
  const names = (text: string) => matchingCommands(text).map(({ name }) => name);
  assert.equal(names('/').length, 7);
  assert.deepEqual(names('/H'), ['/help', '/history']);
  for (const text of ['', 'help', '/x', '/help ', '//', ' /']) assert.deepEqual(names(text), [], text);
  assert.deepEqual(['/help', ' /NEW title', '/unknown', 'help', '/helpme'].map(isCommand), [
    true,
    true,
    false,
    false,
    false,
  ]);
});

test('days are told in words when they are near', () => {
  const now = new Date(2026, 2, 10, 0, 5);
  const at = (...day: [number, number, number]) => dayName(new Date(...day, 23, 55).toISOString(), now);
  assert.equal(at(2026, 2, 9), new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' }).format(-1, 'day'));
  assert.match(at(2024, 1, 29), /2024/);
  assert.equal(dayNumber(new Date(2026, 2, 10)) - dayNumber(new Date(2026, 2, 9, 23, 59)), 1);
});
