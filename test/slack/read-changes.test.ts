/** Edits, deletions and the opening of our page. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { AT, TS, direct, inChannel, read } from './events.ts';

const LATER = '1790000060.000200';
const EDITED = '1790000060.000000';
const direct1 = { account: '1-2', externalId: 'D1', threadId: '', kind: 'direct' } as const;

function changed(channel: string, before: object, now: object): Record<string, unknown> {
  const edited = { user: 'U1', ts: EDITED };
  return {
    type: 'message',
    subtype: 'message_changed',
    hidden: true,
    channel,
    message: { type: 'message', user: 'U1', ts: TS, text: 'hello', edited, ...now },
    previous_message: { type: 'message', user: 'U1', ts: TS, text: 'hello', ...before },
    ts: LATER,
    event_ts: LATER,
  };
}

test('an edit is the whole message with its new text and time', () => {
  assert.deepEqual(read(changed('D1', {}, { text: 'good bye' })), [
    {
      kind: 'edit',
      at: AT,
      editedAt: new Date(1_790_000_060_000),
      chat: direct1,
      externalId: TS,
      from: { externalIds: ['U1'], realm: 'T0', name: '' },
      text: 'good bye',
      attachments: [],
      addressedBy: 'direct',
    },
  ]);
});

test('a change without a changed word is none: previews, files, languages, counts of replies', () => {
  assert.deepEqual(read(changed('D1', {}, { attachments: [{ text: 'a preview' }] })), []);
  const { previous_message: _, ...bare } = changed('D1', {}, { edited: undefined });
  assert.deepEqual(read(bare), []);
});

test('in a channel an edit counts whose message was, or is now, said to us', () => {
  const chat = { externalId: 'C1', threadId: TS };
  const added = read(changed('C1', {}, { text: '<@U0US> hello' }));
  assert.partialDeepStrictEqual(added, [{ kind: 'edit', chat, text: 'hello', addressedBy: 'mention' }]);
  const removed = read(changed('C1', { text: '<@U0US> hello' }, { text: 'never mind' }));
  assert.partialDeepStrictEqual(removed, [{ kind: 'edit', chat, text: 'never mind', addressedBy: 'mention' }]);
  const mention = inChannel({ type: 'app_mention', text: '<@U0US> hello', edited: { user: 'U1', ts: EDITED } });
  assert.deepEqual(read(mention), added);
});

test('any other edit in a channel may be one of what was said to us earlier, live or of the history', () => {
  const live = read(changed('C1', {}, { text: 'other' }));
  assert.partialDeepStrictEqual(live, [{ kind: 'edit', text: 'other', addressedBy: 'before' }]);
  assert.deepEqual(read(inChannel({ text: 'other', edited: { user: 'U1', ts: EDITED } })), live);
  assert.deepEqual(read(changed('C1', {}, { text: '' })), [], 'nothing is known of it');
  assert.deepEqual(read(inChannel({ text: 'other' })), []);
});

test('what we or other bots change is not said to us', () => {
  assert.deepEqual(read(changed('D1', {}, { user: 'U0US', bot_id: 'B0', text: 'an answer that grows' })), []);
});

test('a deletion names the message and its chat', () => {
  const gone = (channel: string, before: object) =>
    read({
      type: 'message',
      subtype: 'message_deleted',
      channel,
      deleted_ts: TS,
      event_ts: LATER,
      previous_message: { user: 'U1', text: 'hello', ts: TS, ...before },
    });
  const at = new Date(1_790_000_060_000);
  assert.deepEqual(gone('D1', {}), [{ kind: 'deletion', at, chat: direct1, externalId: TS }]);
  assert.partialDeepStrictEqual(gone('C1', {}), [{ chat: { externalId: 'C1', threadId: TS, kind: 'group' } }]);
  assert.partialDeepStrictEqual(gone('C1', { thread_ts: '1789000000.000001' }), [
    { chat: { externalId: 'C1', threadId: '1789000000.000001' }, externalId: TS },
  ]);
  assert.deepEqual(gone('C1', { user: 'U0US' }), []);
  assert.deepEqual(gone('C1', { bot_id: 'B1' }), []);
});

test('a message that opened a thread leaves a tombstone, and is taken back all the same', () => {
  const tombstone = { subtype: 'tombstone', user: 'USLACKBOT', thread_ts: TS, text: 'This message was deleted.' };
  assert.partialDeepStrictEqual(read(changed('C1', { thread_ts: TS }, tombstone)), [
    { kind: 'deletion', chat: { externalId: 'C1', threadId: TS }, externalId: TS },
  ]);
  assert.deepEqual(read(inChannel(tombstone)), [
    {
      kind: 'deletion',
      at: AT,
      chat: { account: '1-2', externalId: 'C1', threadId: TS, kind: 'group' },
      externalId: TS,
    },
  ]);
});

test('whoever opens our page is greeted under an id that is always the same', () => {
  const opened = (tab: string, event_ts: string) =>
    read({ type: 'app_home_opened', user: 'U1', channel: 'D1', tab, event_ts });
  assert.deepEqual(opened('messages', TS), [
    {
      kind: 'message',
      at: AT,
      chat: direct1,
      externalId: 'home:U1',
      from: { externalIds: ['U1'], realm: 'T0', name: '' },
      text: '/start',
      attachments: [],
      addressedBy: 'command',
    },
  ]);
  assert.partialDeepStrictEqual(opened('home', LATER), [{ externalId: 'home:U1' }]);
});

test('a message of the history with the mark of an edit is the edit', () => {
  assert.partialDeepStrictEqual(read(direct({ edited: { user: 'U1', ts: EDITED } })), [
    { kind: 'edit', at: AT, editedAt: new Date(1_790_000_060_000), text: 'hello' },
  ]);
});
