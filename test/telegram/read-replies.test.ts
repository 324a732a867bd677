/** What a message answers comes with it. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { ben, DATE, said, team, us } from './updates.ts';
import type { Fields } from './updates.ts';

const REPLIES: [string, Fields, Fields | undefined][] = [
  ['to nobody', {}, undefined],
  ['to us', { reply_to_message: { message_id: 3, from: us, text: 'long answer' } }, { externalId: '3' }],
  [
    'to a part of ours',
    {
      reply_to_message: { message_id: 3, from: us, text: 'long answer' },
      quote: { text: 'long', position: 0, is_manual: true },
    },
    { externalId: '3', text: 'long' },
  ],
  [
    'to somebody else',
    { reply_to_message: { message_id: 3, from: ben, text: 'the train is late' } },
    { externalId: '3', text: 'the train is late', author: 'Ben' },
  ],
  [
    'to a captioned photo',
    { reply_to_message: { message_id: 3, from: ben, photo: [], caption: 'my cat' } },
    { externalId: '3', text: 'my cat', author: 'Ben' },
  ],
  [
    'to a channel post',
    { reply_to_message: { message_id: 3, sender_chat: { id: -9, type: 'channel', title: 'News' }, text: 'a fact' } },
    { externalId: '3', text: 'a fact', author: 'News' },
  ],
  [
    'to another chat',
    {
      external_reply: { origin: { type: 'user', date: DATE, sender_user: ben }, chat: team, message_id: 8 },
      quote: { text: 'a promise', position: 0 },
    },
    { externalId: '-100200/8', text: 'a promise', author: 'Ben' },
  ],
  [
    'to somebody hidden',
    { external_reply: { origin: { type: 'hidden_user', date: DATE, sender_user_name: 'Dora' } } },
    { externalId: '', author: 'Dora' },
  ],
];

for (const [what, fields, replyTo] of REPLIES) {
  test(`a reply ${what} refers to ${JSON.stringify(replyTo)}`, () => {
    const [spoken] = said({ text: 'really?', ...fields });
    assert.deepEqual(spoken?.kind === 'message' ? spoken.replyTo : 'not a message', replyTo);
  });
}
