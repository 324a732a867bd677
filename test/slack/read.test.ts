/** What was said to us directly, and how Slack's markup is read. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { AT, TS, direct, read, readBody, textOf } from './events.ts';

const chat = { account: '1-2', externalId: 'D1', threadId: '', kind: 'direct' };
const from = { externalIds: ['U1'], realm: 'T0', name: '' };

test('a direct message is one, with the time that is also its id', () => {
  assert.deepEqual(read(direct(), { names: { U1: 'Anna' } }), [
    {
      kind: 'message',
      at: AT,
      chat,
      externalId: TS,
      from: { ...from, name: 'Anna' },
      text: 'hello',
      attachments: [],
      addressedBy: 'direct',
    },
  ]);
});

test('a thread in a direct chat belongs to the chat, and tells what it answers', () => {
  assert.partialDeepStrictEqual(read(direct({ thread_ts: '1789000000.000001', parent_user_id: 'U0US' })), [
    { chat, addressedBy: 'direct', replyTo: { externalId: '1789000000.000001' } },
  ]);
  const [opening] = read(direct({ thread_ts: TS }));
  assert.equal(opening && 'replyTo' in opening, false);
});

test('what people type comes as they saw it', () => {
  const cases: [string, string][] = [
    ['a &lt;b&gt; &amp;amp; c', 'a <b> &amp; c'],
    ['see <https://a.example/x?y=1&amp;z=2>', 'see https://a.example/x?y=1&z=2'],
    ['see <https://a.example/|the page>', 'see the page (https://a.example/)'],
    ['see <http://a.example|a.example>', 'see a.example'],
    ['mail <mailto:a@b.example|a@b.example>', 'mail a@b.example'],
    ['call <tel:+49123|+49 123>', 'call +49 123 (+49123)'],
    ['<!here> and <!subteam^S1|@team> and <!subteam^S2>', '@here and @team and @group'],
    ['in <#C2|general> and <#C3>', 'in #general and #C3'],
    ['on <!date^1392734382^{date}|Feb 18, 2014>', 'on Feb 18, 2014'],
    ['one\r\ntwo\u0000', 'one\ntwo'],
    ['   spaced   ', 'spaced'],
    ['2 < 3, <> and \uD800', '2 < 3,  and \uFFFD'],
    ['&lt;@U0US&gt; typed by hand', '<@U0US> typed by hand'],
  ];
  for (const [markup, text] of cases) assert.equal(textOf(markup), text);
});

test('others are named where their name is known, else by the label, else by the id', () => {
  assert.equal(textOf('<@U7> <@U8|ben> <@U9>', { U7: 'Carla' }), '@Carla @ben @U9');
  assert.equal(textOf('<#C2> <#C2|old>', { C2: 'new' }), '#new #new');
});

test('our own mention is taken out wherever it stands', () => {
  const cases: [string, string][] = [
    ['<@U0US> hello', 'hello'],
    ['<@U0US|pantheon>, hello', 'hello'],
    ['hello <@U0US>', 'hello'],
    ['hello <@U0US>, you', 'hello, you'],
    ['one\n<@U0US>: two', 'one\ntwo'],
    ['<@U0US>', '@pantheon'],
    ['<@U0US> /stop', '/stop'],
  ];
  for (const [markup, text] of cases) assert.equal(textOf(markup), text);
});

test('files are recorded by kind, name, type, size and id; those that are gone are not', () => {
  const files = [
    { id: 'F1', name: 'a.png', mimetype: 'image/png', size: 12, mode: 'hosted' },
    { id: 'F2', title: 'a memo', mimetype: 'audio/mp4', subtype: 'slack_audio' },
    { id: 'F3', mimetype: 'audio/mpeg' },
    { id: 'F4', mimetype: 'video/mp4', subtype: 'slack_video' },
    { id: 'F5', name: 'b.pdf', mimetype: 'application/pdf' },
    { id: 'F6' },
    { id: 'F7', mode: 'tombstone' },
  ];
  assert.partialDeepStrictEqual(read(direct({ subtype: 'file_share', text: '', files })), [
    {
      text: '',
      attachments: [
        { kind: 'image', externalId: 'F1', name: 'a.png', mediaType: 'image/png', bytes: 12 },
        { kind: 'voice', externalId: 'F2', name: 'a memo', mediaType: 'audio/mp4' },
        { kind: 'audio', externalId: 'F3', mediaType: 'audio/mpeg' },
        { kind: 'video', externalId: 'F4', mediaType: 'video/mp4' },
        { kind: 'document', externalId: 'F5', name: 'b.pdf', mediaType: 'application/pdf' },
        { kind: 'document', externalId: 'F6' },
      ],
    },
  ]);
  assert.deepEqual(read(direct({ subtype: 'file_share', text: '', files: [{ id: 'F7', mode: 'tombstone' }] })), []);
});

test('a message that somebody shares is read with its author; the preview of a link is not', () => {
  const shared = { is_share: true, author_name: 'Ben', text: 'we meet &lt;soon&gt;' };
  const preview = { text: 'a page about cats', from_url: 'https://a.example' };
  assert.equal(readText({ text: 'look', attachments: [shared, preview] }), 'look\n\nBen: we meet <soon>');
  assert.equal(readText({ text: '', attachments: [{ ...shared, author_name: null }] }), 'we meet <soon>');
  const picture = { is_share: true, author_name: 'Ben', text: '', files: [{ id: 'F1', mimetype: 'image/png' }] };
  const unfurled = { files: [{ id: 'F2', mimetype: 'image/png' }] };
  assert.partialDeepStrictEqual(read(direct({ text: '', attachments: [picture, unfurled] })), [
    { kind: 'message', text: '', attachments: [{ kind: 'image', externalId: 'F1', mediaType: 'image/png' }] },
  ]);
});

function readText(fields: Record<string, unknown>): unknown {
  const [said] = read(direct(fields));
  return said?.kind === 'message' ? said.text : said;
}

test('nobody waits for an answer to bots, to us, to Slackbot, or to notes of Slack', () => {
  const nobody = [
    direct({ bot_id: 'B1' }),
    direct({ user: 'U0US' }),
    direct({ user: 'USLACKBOT' }),
    direct({ user: undefined }),
    direct({ subtype: 'bot_message', user: undefined, bot_id: 'B2' }),
    direct({ subtype: 'channel_join' }),
    direct({ subtype: 'a_kind_of_next_year', ts: 'odd' }),
    { type: 'reaction_added', user: 'U1', item: {} },
    { type: 'team_join' },
  ];
  for (const event of nobody) assert.deepEqual(read(event), []);
  for (const body of [{ type: 'block_actions', actions: [] }, { type: 'view_submission' }, { ssl_check: '1' }]) {
    assert.deepEqual(readBody(body), []);
  }
});

test('what should be readable and is not is kept raw, with the reason and without its words', () => {
  const broken = {
    type: 'event_callback',
    event_id: 'Ev9',
    event: direct({ ts: 'not a time', text: 'a private word' }),
  };
  const raw = { body: broken, receivedAt: AT.toISOString(), found: { names: {} } };
  assert.deepEqual(readBody(broken), [
    { kind: 'unread', at: AT, account: '1-2', externalId: 'Ev9', raw, reason: 'ts: must be a time of Slack' },
  ]);
  const empty = read(direct({ text: '' }));
  assert.partialDeepStrictEqual(empty, [{ kind: 'unread', reason: 'a message in which nothing is known' }]);
  for (const odd of [undefined, null, 7, 'text', [], {}, { body: 7 }]) {
    const [kept] = readBody(odd);
    assert.ok(kept === undefined || kept.kind === 'unread');
  }
});
