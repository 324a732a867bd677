/** What should have been readable and is not is kept, under a name of its own. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { message, readRaw } from './updates.ts';
import type { Fields } from './updates.ts';

const BROKEN: [string, Fields, RegExp][] = [
  ['a message without anything', { message: {} }, /message\.message_id: .*message\.date: /],
  ['a message that is none', { message: 'hello' }, /^message: /],
  ['an id of another kind', { message: message({ message_id: '10', text: 'a secret' }) }, /^message\.message_id: /],
  ['a date beyond all calendars', { message: message({ date: 1e15, text: 'hi' }) }, /^message\.date: /],
  [
    'a broken entity',
    { message: message({ text: 'hi', entities: [{ type: 'bold', offset: -1, length: 2 }] }) },
    /^message\.entities\.0\.offset: /,
  ],
  ['an edit without its time', { edited_message: message({ text: 'hi' }) }, /^edited_message\.edit_date: /],
  ['a kind of message that nobody knows', { message: message({ telepathy: {} }) }, /nothing is known/],
  ['a text of nothing', { message: message({ text: '\u0000\u0001' }) }, /nothing is known/],
];

for (const [what, update, reason] of BROKEN) {
  test(`${what} is kept as unread`, () => {
    const raw = { update_id: 99, ...update };
    const [kept, ...others] = readRaw(raw);
    assert.deepEqual(others, []);
    assert.ok(kept?.kind === 'unread');
    assert.partialDeepStrictEqual(kept, { account: '7770', externalId: '99', raw });
    assert.match(kept.reason, reason);
    assert.doesNotMatch(kept.reason, /secret/);
  });
}

test('an update without an id is kept under a name that follows from its content', () => {
  const names = [{ message: { text: 'a' } }, { message: { text: 'b' } }, null, 'text', 7, [], undefined].map((raw) => {
    const [kept] = readRaw(raw);
    assert.ok(kept?.kind === 'unread');
    assert.deepEqual(kept.at, new Date(0));
    return kept.externalId;
  });
  assert.equal(new Set(names).size, names.length);
});
