/** From raw updates to what was said to us in direct chats, and what else concerns one. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { anna, AT, DATE, direct, inTeam, marked, message, read, said, us } from './updates.ts';
import type { Fields } from './updates.ts';

test('a direct message carries who, where, when and what', () => {
  assert.deepEqual(said({ text: 'hello' }), [
    {
      kind: 'message',
      at: AT,
      chat: { account: '7770', externalId: '5', threadId: '', kind: 'direct' },
      externalId: '10',
      from: { externalIds: ['5'], realm: '', name: 'Anna Müller', language: 'de' },
      text: 'hello',
      attachments: [],
      addressedBy: 'direct',
    },
  ]);
});

test('an edit carries the whole message and when it was changed', () => {
  const [edit] = read({ edited_message: message({ text: 'hello!', edit_date: DATE + 60 }) });
  const [original] = said({ text: 'hello!' });
  assert.deepEqual(edit, { ...original, kind: 'edit', editedAt: new Date((DATE + 60) * 1000) });
});

test('an edit in a group counts when the text is still for us', () => {
  const fields = inTeam({ ...marked('mention', '@pantheon_bot when?', '@pantheon_bot'), edit_date: DATE + 1 });
  assert.partialDeepStrictEqual(read({ edited_message: fields }), [{ kind: 'edit', text: 'when?' }]);
  assert.deepEqual(read({ edited_message: inTeam({ text: 'when?', edit_date: DATE + 1 }) }), []);
});

const DIRECT_TEXTS: [string, Fields, string][] = [
  ['a start with a payload', marked('bot_command', '/start ABC-1', '/start'), '/start ABC-1'],
  ['a command with our name', marked('bot_command', '/help@pantheon_bot me', '/help@pantheon_bot'), '/help me'],
  ['a command of another bot', marked('bot_command', '/help@other_bot', '/help@other_bot'), '/help@other_bot'],
  ['our mention alone', marked('mention', '@Pantheon_bot', '@Pantheon_bot'), '@Pantheon_bot'],
  ['a caption', { photo: [{ file_id: 'f' }], caption: 'what is this?' }, 'what is this?'],
  ['a poll', { poll: { question: 'Tea?', options: [{ text: 'yes' }, { text: 'no' }] } }, 'Tea?\n- yes\n- no'],
  ['a checklist', { checklist: { title: 'Trip', tasks: [{ id: 1, text: 'pack' }] } }, 'Trip\n- pack'],
  ['a die', { dice: { emoji: '🎲', value: 4 } }, '🎲 4'],
  ['a story', { story: { id: 1, chat: direct } }, '[story]'],
  ['a paid photo', { paid_media: { star_count: 1, paid_media: [] } }, '[paid media]'],
  [
    'a rich message',
    { rich_message: { blocks: [{ type: 'paragraph', text: ['one ', { type: 'bold', text: 'two' }] }] } },
    'one two',
  ],
  ['a message by way of another bot', { text: 'a gif', via_bot: { id: 1, is_bot: true, first_name: 'gif' } }, 'a gif'],
  ['lone surrogates', { text: 'a\ud83db\udc00' }, 'a\ufffdb\ufffd'],
  ['control characters', { text: 'a\u0000b\u0007\r\nc' }, 'ab\nc'],
  ['right-to-left text', { text: 'שלום \u200fעולם' }, 'שלום \u200fעולם'],
];

for (const [what, fields, text] of DIRECT_TEXTS) {
  test(`a direct message with ${what} reads ${JSON.stringify(text)}`, () => {
    assert.partialDeepStrictEqual(said(fields), [{ kind: 'message', text, addressedBy: 'direct' }]);
  });
}

test('a text of 1 MB is read whole', () => {
  const [long] = said({ text: 'ä'.repeat(1_000_000) });
  assert.equal(long?.kind === 'message' && long.text.length, 1_000_000);
});

const NAMES: [string, Fields, string][] = [
  ['only a first name', { first_name: 'Ben' }, 'Ben'],
  ['only a username', { first_name: '', username: 'ben' }, 'ben'],
  ['no name at all', {}, ''],
  ['control characters in it', { first_name: 'B\u0000e\u001bn\n', last_name: ' \ud800 ' }, 'Ben \ufffd'],
];

for (const [what, fields, name] of NAMES) {
  test(`somebody with ${what} is called ${JSON.stringify(name)}`, () => {
    const from = { id: 6, is_bot: false, ...fields };
    assert.partialDeepStrictEqual(said({ from, text: 'hi' }), [{ from: { externalIds: ['6'], realm: '', name } }]);
  });
}

test('somebody who blocks us is not reachable, and who lets us in again is', () => {
  const member = (status: string) =>
    read({ my_chat_member: { chat: direct, from: anna, date: DATE, new_chat_member: { status, user: us } } });
  const from = { externalIds: ['5'], realm: '', name: 'Anna Müller', language: 'de' };
  const chat = { account: '7770', externalId: '5', threadId: '', kind: 'direct' };
  assert.deepEqual(member('kicked'), [{ kind: 'reachable', at: AT, chat, from, reachable: false }]);
  assert.deepEqual(member('member'), [{ kind: 'reachable', at: AT, chat, from, reachable: true }]);
});

test('a group that became a supergroup has moved', () => {
  const old = { id: -5, type: 'group', title: 'Team' };
  assert.deepEqual(read({ message: message({ chat: old, migrate_to_chat_id: -100200 }) }), [
    {
      kind: 'chatMoved',
      at: AT,
      chat: { account: '7770', externalId: '-5', threadId: '', kind: 'group', title: 'Team' },
      toExternalId: '-100200',
    },
  ]);
});
