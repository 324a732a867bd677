/** In channels: what is said to us, and in which thread it stands. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { AT, TS, inChannel, read, readBody } from './events.ts';

const ROOT = '1789000000.000001';
const MENTION = '<@U0US> what?';

test('a mention opens the thread of its own time, and the channel has its name', () => {
  assert.deepEqual(read(inChannel({ text: MENTION }), { names: { C1: 'general', U1: 'Anna' } }), [
    {
      kind: 'message',
      at: AT,
      chat: { account: '1-2', externalId: 'C1', threadId: TS, kind: 'group', title: '#general' },
      externalId: TS,
      from: { externalIds: ['U1'], realm: 'T0', name: 'Anna' },
      text: 'what?',
      attachments: [],
      addressedBy: 'mention',
    },
  ]);
});

test('the same post as message and as app_mention is the same thing', () => {
  const { channel_type: _, ...mention } = inChannel({ text: MENTION, type: 'app_mention', team: 'T9' });
  assert.deepEqual(read(mention), read(inChannel({ text: MENTION })));
});

test('what follows in a thread follows, and an answer to what we began is a reply', () => {
  const threaded = (fields: object) => read(inChannel({ thread_ts: ROOT, ...fields }));
  const chat = { externalId: 'C1', threadId: ROOT, kind: 'group' };
  assert.partialDeepStrictEqual(threaded({ parent_user_id: 'U2' }), [{ chat, addressedBy: 'thread' }]);
  assert.partialDeepStrictEqual(threaded({ parent_user_id: 'U0US' }), [{ chat, addressedBy: 'reply' }]);
  assert.partialDeepStrictEqual(threaded({ text: MENTION }), [{ chat, addressedBy: 'mention' }]);
  assert.partialDeepStrictEqual(threaded({ subtype: 'thread_broadcast' }), [{ chat, addressedBy: 'thread' }]);
});

test('whoever calls us into a thread brings what it began with, unless those were our own words', () => {
  const called = (user: string) =>
    read(inChannel({ text: MENTION, thread_ts: ROOT }), {
      names: { U2: 'Ben', U3: 'Carla' },
      root: { user, text: 'shall we, <@U3>?' },
    });
  assert.partialDeepStrictEqual(called('U2'), [
    { replyTo: { externalId: ROOT, text: 'shall we, @Carla?', author: 'Ben' } },
  ]);
  const [ours] = called('U0US');
  assert.deepEqual(ours?.kind === 'message' && ours.replyTo, { externalId: ROOT });
});

test('what is not said to us is dropped', () => {
  assert.deepEqual(read(inChannel()), []);
  assert.deepEqual(read(inChannel({ text: '<@U2> hello' })), []);
  // What opened a thread that others began; the history gives it like this.
  assert.deepEqual(read(inChannel({ thread_ts: TS })), []);
});

const typed = (fields: object) => ({
  command: '/pantheon',
  text: '',
  channel_id: 'D1',
  channel_name: 'directmessage',
  user_id: 'U1',
  user_name: 'anna',
  team_id: 'T0',
  trigger_id: '1.2.3',
  ...fields,
});

test('the slash command is the command behind it, from where it was typed', () => {
  assert.deepEqual(readBody(typed({ text: 'switch 2' })), [
    {
      kind: 'message',
      at: AT,
      chat: { account: '1-2', externalId: 'D1', threadId: '', kind: 'direct' },
      externalId: 'command:1.2.3',
      from: { externalIds: ['U1'], realm: 'T0', name: 'anna' },
      text: '/switch 2',
      attachments: [],
      addressedBy: 'command',
    },
  ]);
  const chat = { externalId: 'C1', threadId: '', kind: 'group' };
  assert.partialDeepStrictEqual(readBody(typed({ channel_id: 'C1', text: 'stop' })), [{ chat, text: '/stop' }]);
});

test('help and /help are the same, nothing is /help, and what is no command is said to the agent', () => {
  const cases: [string, string][] = [
    ['help', '/help'],
    ['/help', '/help'],
    [' HELP ', '/HELP'],
    ['', '/help'],
    ['new A &amp; B', '/new A & B'],
    ['newer things', 'newer things'],
    ['/unheard of', '/unheard of'],
  ];
  for (const [text, meant] of cases) assert.partialDeepStrictEqual(readBody(typed({ text })), [{ text: meant }]);
});

test('a command typed where we are not counts as typed in their direct chat with us', () => {
  for (const channel_id of ['D9', 'C9']) {
    assert.partialDeepStrictEqual(readBody(typed({ channel_id }), { home: 'D1' }), [
      { chat: { externalId: 'D1', kind: 'direct' } },
    ]);
  }
  assert.partialDeepStrictEqual(readBody(typed({ channel_id: 'C9' })), [{ chat: { externalId: 'C9' } }]);
});

test('a command that cannot be read is kept under its own id', () => {
  assert.partialDeepStrictEqual(readBody(typed({ user_id: 7 })), [{ kind: 'unread', externalId: '1.2.3' }]);
});
