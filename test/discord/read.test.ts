/** What Discord's events say. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { readEvent } from '#adapters/discord/normalize/read.ts';
import type { Inbound } from '#src/message.ts';
import { anna, answering, AT, ben, bot, inServer, message, readRaw, said, US } from './events.ts';
import type { Fields } from './events.ts';

const recorded = JSON.parse(readFileSync(new URL('recorded.json', import.meta.url), 'utf8')) as {
  name: string;
  t: string;
  d: Fields;
}[];
const RECORDED_BOT = '1457469483726668048';
const recordedAs = (name: string, around?: Fields): Inbound[] => {
  const { t, d } = recorded.find((one) => one.name === name) ?? { t: '', d: {} };
  return readEvent({ t, d, around }, { account: RECORDED_BOT, id: RECORDED_BOT });
};

const RECORDED_HUMAN = { externalIds: ['1033044521375764530'], realm: '', name: 'Test User' };

test('a recorded mention is one', () => {
  const chat = { account: RECORDED_BOT, externalId: '1457510428359004343', threadId: '', kind: 'group' };
  assert.deepEqual(recordedAs('discord.gatewayMention'), [
    {
      kind: 'message',
      at: new Date('2026-01-05T00:49:53.676Z'),
      chat,
      externalId: '1457536551830421524',
      from: RECORDED_HUMAN,
      text: 'Hey',
      attachments: [],
      addressedBy: 'mention',
    },
  ]);
  assert.partialDeepStrictEqual(recordedAs('channel_discord.mention'), [{ text: 'Test', addressedBy: 'mention' }]);
});

test('a recorded mention of a role is one if the role is ours', () => {
  assert.deepEqual(recordedAs('discord.gatewayRoleMention'), []);
  assert.partialDeepStrictEqual(recordedAs('discord.gatewayRoleMention', { ourRoles: ['1457473602180878604'] }), [
    { text: 'AI Still there?', addressedBy: 'mention' },
  ]);
});

test('what was recorded in a thread follows in it, and the bot itself is nobody', () => {
  const chat = { account: RECORDED_BOT, externalId: '1457536551830421524', threadId: '', kind: 'group' };
  for (const [name, text] of [
    ['discord.gatewayDMRequest', 'DM me'],
    ['discord.gatewayThreadDMRequest', 'DM me'],
    ['discord.gatewayThreadNice', 'Nice'],
  ] as const)
    assert.partialDeepStrictEqual(recordedAs(name), [{ kind: 'message', text, chat, addressedBy: 'thread' }]);
  assert.deepEqual(recordedAs('discord.gatewayThreadWelcome'), []);
});

test('recorded buttons and reactions are dropped', () => {
  for (const { name, t } of recorded) if (t !== 'MESSAGE_CREATE') assert.deepEqual(recordedAs(name), [], name);
});

test('a direct message says who, when, where and what', () => {
  assert.deepEqual(said(message({ content: 'hello' })), [
    {
      kind: 'message',
      at: new Date(AT),
      chat: { account: US, externalId: '1457510428359004343', threadId: '', kind: 'direct' },
      externalId: '1457536551830421524',
      from: { externalIds: [anna.id], realm: '', name: 'Anna M.' },
      text: 'hello',
      attachments: [],
      addressedBy: 'direct',
    },
  ]);
});

const WORDS: [string, string, string][] = [
  ['our mention at the head is taken out', `<@${US}>, when?`, 'when?'],
  ['and in the old way of writing it', `<@!${US}> when?`, 'when?'],
  ['and in the middle', `please, <@${US}> when?`, 'please, when?'],
  ['and at the end', `when? <@${US}>`, 'when?'],
  ['and more than once', `<@${US}> <@${US}> when?`, 'when?'],
  ['alone it is all that is said', `<@${US}>`, '@Pantheon'],
  ['others are named', `<@${US}> ask <@${ben.id}> and <@1234>`, 'ask @ben and @someone'],
  ['channels and roles are named', `<@${US}> see <#11> <#12> <@&13>`, 'see #plans #channel @team'],
  [
    'emoji, commands and times are in words',
    `<@${US}> <:wave:1> <a:hi:2> </help:3> <t:1790000000:R>`,
    ':wave: :hi: /help 2026-09-21 14:13 UTC',
  ],
  ['a command keeps its stroke', `<@${US}> /help`, '/help'],
  ['lines and blanks stay', `<@${US}> a\n\n  b  c`, 'a\n\n  b  c'],
];

for (const [what, content, text] of WORDS) {
  test(`in a text ${what}: ${JSON.stringify(text)}`, () => {
    const names = { 11: 'plans', 13: 'team' };
    assert.partialDeepStrictEqual(said(inServer({ content }), { names }), [{ text, addressedBy: 'mention' }]);
  });
}

test('in a server people have the name that they have there', () => {
  const [heard] = said(inServer({ content: `<@${US}> hi` }), { title: 'general' });
  assert.partialDeepStrictEqual(heard, { from: { name: 'Änni' }, chat: { kind: 'group', title: 'general' } });
});

test('an answer to us is for us, pinged or not, and quotes nothing', () => {
  assert.partialDeepStrictEqual(said(inServer({ content: 'and?', ...answering(bot, 'now') })), [
    { text: 'and?', addressedBy: 'reply', replyTo: { externalId: '1457000000000000000' } },
  ]);
});

test('an answer to somebody else brings what they said', () => {
  const fields = answering({ ...ben, global_name: 'Ben' }, `hello <@${anna.id}>`);
  assert.partialDeepStrictEqual(said(inServer({ content: `<@${US}> is that so?`, ...fields })), [
    { replyTo: { externalId: '1457000000000000000', text: 'hello @someone', author: 'Ben' } },
  ]);
  assert.deepEqual(said(inServer({ content: 'is that so?', ...fields })), []);
});

test('an answer to something that is gone is one all the same', () => {
  const fields = { ...answering(ben, ''), referenced_message: null };
  assert.partialDeepStrictEqual(said(message({ content: 'hm', ...fields })), [
    { replyTo: { externalId: '1457000000000000000' } },
  ]);
});

test('files are recorded by kind and id', () => {
  const attachments = [
    { id: '1', filename: 'cat.png', content_type: 'image/png', size: 7 },
    { id: '2', filename: 'voice-message.ogg', content_type: 'audio/ogg', size: 8, duration_secs: 2.5 },
    { id: '3', filename: 'song.mp3', content_type: 'audio/mpeg' },
    { id: '4', filename: 'film.mp4', content_type: 'video/mp4' },
    { id: '5', filename: 'notes' },
  ];
  const [heard] = said(message({ attachments, sticker_items: [{ id: '6', name: 'Wave', format_type: 1 }] }));
  assert.partialDeepStrictEqual(heard, {
    text: '',
    attachments: [
      { kind: 'image', externalId: '1', name: 'cat.png', mediaType: 'image/png', bytes: 7 },
      { kind: 'voice', externalId: '2', name: 'voice-message.ogg', mediaType: 'audio/ogg', bytes: 8 },
      { kind: 'audio', externalId: '3', name: 'song.mp3', mediaType: 'audio/mpeg' },
      { kind: 'video', externalId: '4', name: 'film.mp4', mediaType: 'video/mp4' },
      { kind: 'document', externalId: '5', name: 'notes' },
      { kind: 'sticker', externalId: '6', name: 'Wave' },
    ],
  });
});

test('a poll and a message that is handed on are read', () => {
  const poll = {
    question: { text: 'Lunch?' },
    answers: [{ poll_media: { text: 'Yes' } }, { poll_media: { emoji: { name: '🍕' } } }],
  };
  assert.partialDeepStrictEqual(said(message({ poll })), [{ text: 'Lunch?\n- Yes\n- 🍕' }]);
  const snapshot = { content: `by <@${ben.id}>`, mentions: [ben], attachments: [{ id: '9', filename: 'a.txt' }] };
  const forward = { message_reference: { type: 1, message_id: '12' }, message_snapshots: [{ message: snapshot }] };
  assert.partialDeepStrictEqual(said(message(forward)), [
    { text: 'by @ben', attachments: [{ kind: 'document', externalId: '9', name: 'a.txt' }] },
  ]);
});

test('what a bot says in a card is read where somebody hands it on, or answers it', () => {
  const embeds = [
    { type: 'rich', title: 'Build failed', description: 'in `main`', fields: [{ name: 'step', value: 'test' }] },
    { type: 'link', title: 'a page about cats' },
  ];
  const forward = { message_reference: { type: 1, message_id: '12' }, message_snapshots: [{ message: { embeds } }] };
  assert.partialDeepStrictEqual(said(message(forward)), [{ text: 'Build failed\nin `main`\nstep: test' }]);
  const { referenced_message: card, ...answer } = answering({ id: '8', username: 'ci', bot: true }, '');
  const reply = { ...answer, content: `<@${US}> why?`, referenced_message: { ...(card as object), embeds } };
  assert.partialDeepStrictEqual(said(inServer(reply)), [
    { text: 'why?', replyTo: { text: 'Build failed\nin `main`\nstep: test', author: 'ci' } },
  ]);
  assert.partialDeepStrictEqual(said(message({ content: 'look: https://a.example', embeds })), [
    { text: 'look: https://a.example' },
  ]);
  assert.partialDeepStrictEqual(said(message({ content: 'hello', embeds: [{ fields: [{}] }] })), [{ text: 'hello' }]);
});

const update = (d: Fields): Inbound[] => readRaw({ t: 'MESSAGE_UPDATE', d });
const EDITED = '2026-01-05T00:51:00.000000+00:00';

test('an edit carries the whole message, and when it was made', () => {
  assert.partialDeepStrictEqual(update(message({ content: 'hello!', edited_timestamp: EDITED })), [
    { kind: 'edit', text: 'hello!', at: new Date(AT), editedAt: new Date(EDITED), addressedBy: 'direct' },
  ]);
});

test('a preview that Discord adds is no edit, and neither is a piece of a message', () => {
  assert.deepEqual(update(message({ content: 'https://a.example', embeds: [{ type: 'link' }] })), []);
  assert.deepEqual(update({ id: '1', channel_id: '2', embeds: [] }), []);
  assert.deepEqual(update({ id: '1', channel_id: '2', edited_timestamp: EDITED, embeds: [] }), []);
});

test('deletions, one or many, name what is gone, and come at the time at which they came', () => {
  const at = '2026-01-06T00:00:00.000Z';
  const chat = { account: US, externalId: '22', threadId: '', kind: 'group' };
  const gone = (externalId: string) => ({ kind: 'deletion', at: new Date(at), chat, externalId });
  const place = { channel_id: '22', guild_id: '33' };
  assert.deepEqual(readRaw({ t: 'MESSAGE_DELETE', d: { id: '11', ...place }, at }), [gone('11')]);
  assert.deepEqual(readRaw({ t: 'MESSAGE_DELETE_BULK', d: { ids: ['11', '12'], ...place }, at }), [
    gone('11'),
    gone('12'),
  ]);
  assert.partialDeepStrictEqual(readRaw({ t: 'MESSAGE_DELETE', d: { id: '1457536551830421524', channel_id: '22' } }), [
    { at: new Date('2026-01-05T00:49:53.676Z'), chat: { kind: 'direct' } },
  ]);
});

const DROPPED: [string, Fields][] = [
  ['talk among others in a server', inServer({ content: 'lunch?' })],
  ['a mention of another', inServer({ content: `<@${ben.id}> lunch?` })],
  ['a mention of a role that is not ours', inServer({ content: '<@&13> lunch?' })],
  ['everyone', inServer({ content: '@everyone lunch?', mention_everyone: true })],
  ['our id in other words', inServer({ content: `see ${US}` })],
  ['another bot', message({ author: { ...ben, bot: true }, content: 'hello' })],
  ['a webhook', inServer({ webhook_id: '1', content: `<@${US}> news` })],
  ['ourselves', message({ author: { ...bot, bot: false }, content: 'hello' })],
  ['Discord itself', message({ author: { ...ben, system: true }, content: 'hello' })],
  ['somebody who joins', inServer({ type: 7, content: '' })],
  ['a pin', inServer({ type: 6, message_reference: { message_id: '1' } })],
  ['the beginning of a thread', inServer({ type: 21, channel_type: 11 })],
  ['what follows in a thread and may not be read', inServer({ channel_type: 11, content: '' })],
  ['a group of people', message({ channel_type: 3, content: 'hello' })],
];

for (const [what, d] of DROPPED) test(`${what} is dropped`, () => assert.deepEqual(said(d), []));

test('a kind of event that nobody asked for is dropped', () => {
  for (const t of ['TYPING_START', 'MESSAGE_REACTION_ADD', 'GUILD_CREATE', 'TELEPATHY'])
    assert.deepEqual(readRaw({ t, d: { id: '1' } }), []);
});

const UNREAD: [string, unknown][] = [
  ['a message without an author', { t: 'MESSAGE_CREATE', d: message({ author: undefined }) }],
  ['a message of no time', { t: 'MESSAGE_CREATE', d: message({ content: 'x', timestamp: 'yesterday' }) }],
  ['a direct message in which nothing is known', { t: 'MESSAGE_CREATE', d: message({}) }],
  ['a deletion of nothing', { t: 'MESSAGE_DELETE', d: {} }],
  ['a command of nobody', { t: 'INTERACTION_CREATE', d: { id: '12', type: 2, data: { type: 1, name: 'help' } } }],
  ['no event', 7],
  ['nothing', undefined],
];

for (const [what, raw] of UNREAD) {
  test(`${what} is kept, and not a word of it is told`, () => {
    const [kept, ...others] = readRaw(raw);
    assert.ok(kept?.kind === 'unread' && others.length === 0);
    assert.deepEqual([kept.raw, kept.account], [raw, US]);
    assert.ok(kept.externalId.length > 8 && !kept.reason.includes('yesterday'), kept.reason);
  });
}
