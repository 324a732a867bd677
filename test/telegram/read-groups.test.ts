/** In groups only what is said to us is read; everywhere, what nobody waits for is dropped. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { anna, ben, DATE, direct, inTeam, marked, message, read, team, us } from './updates.ts';
import type { Fields } from './updates.ts';

const IN_GROUP: [string, Fields, string, string][] = [
  ['a mention', marked('mention', '@pantheon_BOT hello', '@pantheon_BOT'), 'mention', 'hello'],
  ['a mention and a colon', marked('mention', '@Pantheon_bot: hello', '@Pantheon_bot'), 'mention', 'hello'],
  ['a mention in the middle', marked('mention', 'hey @Pantheon_bot, how?', '@Pantheon_bot'), 'mention', 'hey, how?'],
  ['a mention at the end', marked('mention', 'how? @Pantheon_bot', '@Pantheon_bot'), 'mention', 'how?'],
  ['a mention on a line', marked('mention', 'a\n@Pantheon_bot b', '@Pantheon_bot'), 'mention', 'a\nb'],
  ['a mention after emoji', marked('mention', '🧭🧭 @Pantheon_bot go', '@Pantheon_bot'), 'mention', '🧭🧭 go'],
  ['a mention by name', marked('text_mention', 'Bot do', 'Bot', { user: us }), 'mention', 'do'],
  ['a command with our name', marked('bot_command', '/stop@pantheon_bot', '/stop@pantheon_bot'), 'mention', '/stop'],
  ['a bare command', marked('bot_command', '/help me', '/help'), 'command', '/help me'],
  ['a reply to us', { text: 'and then?', reply_to_message: { message_id: 3, from: us } }, 'reply', 'and then?'],
  [
    'a mention in a caption',
    {
      document: { file_id: 'f' },
      caption: '@Pantheon_bot read it',
      caption_entities: [{ type: 'mention', offset: 0, length: 13 }],
    },
    'mention',
    'read it',
  ],
  [
    'us and others mentioned',
    {
      text: '@Pantheon_bot ask @ben and Carla',
      entities: [
        { type: 'mention', offset: 0, length: 13 },
        { type: 'mention', offset: 18, length: 4 },
        { type: 'text_mention', offset: 27, length: 5, user: { id: 8, is_bot: false, first_name: 'Carla B.' } },
      ],
    },
    'mention',
    'ask @ben and @Carla B.',
  ],
];

for (const [what, fields, addressedBy, text] of IN_GROUP) {
  test(`in a group ${what} is for us, and reads ${JSON.stringify(text)}`, () => {
    const chat = { account: '7770', externalId: '-100200', threadId: '', kind: 'group', title: 'Team' };
    assert.partialDeepStrictEqual(read({ message: inTeam(fields) }), [{ kind: 'message', chat, addressedBy, text }]);
  });
}

test('a topic of a forum is a thread', () => {
  const opening = { message_id: 77, from: us, chat: team, date: DATE, forum_topic_created: { name: 'Trips' } };
  const inTopic = inTeam({
    ...marked('mention', '@Pantheon_bot hi', '@Pantheon_bot'),
    message_thread_id: 77,
    is_topic_message: true,
    reply_to_message: opening,
  });
  const [spoken] = read({ message: inTopic });
  assert.partialDeepStrictEqual(spoken, { chat: { threadId: '77' }, addressedBy: 'mention' });
  assert.ok(spoken && !('replyTo' in spoken));
  assert.deepEqual(read({ message: { ...inTopic, text: 'a talk in a topic that we opened', entities: [] } }), []);
});

test('a chain of replies outside a forum is no thread', () => {
  const fields = { text: 'and?', message_thread_id: 3, reply_to_message: { message_id: 3, from: us } };
  assert.partialDeepStrictEqual(read({ message: inTeam(fields) }), [{ chat: { threadId: '' }, addressedBy: 'reply' }]);
});

const DROPPED: [string, Fields][] = [
  ['talk among others in a group', { message: inTeam({ text: 'lunch?' }) }],
  ['a mention of another', { message: inTeam(marked('mention', '@pantheon_bots hi', '@pantheon_bots')) }],
  ['our name without a mention', { message: inTeam({ text: 'mail a@pantheon_bot.example' }) }],
  ['a command of another bot', { message: inTeam(marked('bot_command', '/help@other_bot', '/help@other_bot')) }],
  [
    'a command of another bot in a reply to us',
    {
      message: inTeam({
        ...marked('bot_command', '/help@other_bot', '/help@other_bot'),
        reply_to_message: { message_id: 3, from: us },
      }),
    },
  ],
  ['a reply to somebody else', { message: inTeam({ text: 'yes', reply_to_message: { message_id: 3, from: ben } }) }],
  ['a path at the head', { message: inTeam({ text: '/usr/bin is full' }) }],
  ['another bot', { message: message({ from: { id: 8, is_bot: true, first_name: 'Bot' }, text: 'hello' }) }],
  [
    'another bot that mentions us',
    { message: inTeam({ ...marked('mention', '@Pantheon_bot', '@Pantheon_bot'), from: { id: 8, is_bot: true } }) },
  ],
  ['ourselves', { message: message({ from: { ...us, is_bot: false }, text: 'hello' }) }],
  ['an anonymous admin', { message: inTeam({ ...marked('bot_command', '/help', '/help'), sender_chat: team }) }],
  ['a channel post', { channel_post: { message_id: 1, chat: { id: -1, type: 'channel' }, date: DATE, text: 'news' } }],
  ['an edited channel post', { edited_channel_post: { message_id: 1, chat: { id: -1, type: 'channel' }, date: DATE } }],
  ['a channel as chat of a message', { message: message({ chat: { id: -1, type: 'channel' }, text: 'news' }) }],
  ['somebody who joins', { message: inTeam({ new_chat_members: [ben] }) }],
  ['a pinned message', { message: message({ pinned_message: message({ text: 'hello' }) }) }],
  ['the new side of a move', { message: inTeam({ migrate_from_chat_id: -5 }) }],
  [
    'a live place that moves',
    { edited_message: message({ location: { latitude: 1, longitude: 2 }, edit_date: DATE }) },
  ],
  [
    'our place in a group',
    { my_chat_member: { chat: team, from: ben, date: DATE, new_chat_member: { status: 'kicked' } } },
  ],
  ['a reaction', { message_reaction: { chat: direct, message_id: 1, date: DATE } }],
  ['a button of another time', { callback_query: { id: '1', from: anna, data: 'x' } }],
  ['a kind that nobody knows', { telepathy: { from: anna } }],
  ['an update of nothing', {}],
];

for (const [what, update] of DROPPED) {
  test(`${what} is dropped`, () => assert.deepEqual(read(update), []));
}
