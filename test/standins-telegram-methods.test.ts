/** What the Telegram stand-in takes and refuses, asked through the real grammY. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { Api, GrammyError, InputFile } from 'grammy';
import type { Chat, User } from 'grammy/types';
import { parseHtml } from './standins/telegram/html.ts';
import { startTelegram, type TelegramStandin } from './standins/telegram/index.ts';

interface Scene {
  telegram: TelegramStandin;
  api: Api;
  anna: User;
}

/** A bot, and a person who has written to it. */
async function start(t: TestContext): Promise<Scene> {
  const telegram = await startTelegram();
  t.after(() => telegram.stop());
  const anna = telegram.person({ first_name: 'Anna' });
  telegram.openChat(anna);
  return { telegram, anna, api: new Api(telegram.token, { apiRoot: telegram.apiRoot }) };
}

/** The refusal of a call: its code and Telegram's words. */
async function refusal(call: Promise<unknown>): Promise<[code: number, description: string]> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof GrammyError, `expected a refusal, got ${String(error)}`);
  return [error.error_code, error.description];
}

test('a message is accepted and recorded as it will be seen', async (t) => {
  const { telegram, api, anna } = await start(t);
  const message = await api.sendMessage(anna.id, '<b>Hi</b> &amp; <code>a&lt;b</code>\n', { parse_mode: 'HTML' });
  assert.equal(message.text, 'Hi & a<b');
  assert.partialDeepStrictEqual(telegram.sent, [
    {
      method: 'sendMessage',
      chat_id: anna.id,
      message_id: message.message_id,
      text: 'Hi & a<b',
      parse_mode: 'HTML',
      entities: [
        { type: 'bold', offset: 0, length: 2 },
        { type: 'code', offset: 5, length: 3 },
      ],
    },
  ]);
  assert.deepEqual(
    telegram.messagesIn(anna.id).map(({ text }) => text),
    ['Hi & a<b'],
  );
});

test('4096 UTF-16 units fit after the markup was taken out, one more does not', async (t) => {
  const { telegram, api, anna } = await start(t);
  await api.sendMessage(anna.id, `<b>${'😀'.repeat(2048)}</b>`, { parse_mode: 'HTML' });
  assert.deepEqual(await refusal(api.sendMessage(anna.id, 'x'.repeat(4097))), [
    400,
    'Bad Request: message is too long',
  ]);
  assert.deepEqual(await refusal(api.sendMessage(anna.id, ' \n ')), [400, 'Bad Request: message text is empty']);
  assert.deepEqual(await refusal(api.sendMessage(anna.id, 'a\ud800b')), [
    400,
    'Bad Request: strings must be encoded in UTF-8',
  ]);
  assert.equal(telegram.sent.length, 1);
});

test('bad markup is refused in the words of Telegram', async (t) => {
  const { api, anna } = await start(t);
  const cases: Record<string, string> = {
    'I <3 you': 'Unsupported start tag "3" at byte offset 2',
    'ü <p>x</p>': 'Unsupported start tag "p" at byte offset 3',
    'a<br/>b': 'Unsupported start tag "br/" at byte offset 1',
    'a < b': 'Unsupported start tag "" at byte offset 2',
    'a <b': 'Unclosed start tag at byte offset 2',
    '<b>x': 'Can\'t find end tag corresponding to start tag "b"',
    'x</b>': 'Unexpected end tag at byte offset 1',
    '<b>x</i>': 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"',
    '<b>x</b': 'Unclosed end tag at byte offset 4',
    '<span>x</span>': 'Tag "span" must have class "tg-spoiler" at byte offset 0',
    '<a href>x</a>': 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0',
    '<a href=a/b>x</a>': 'Unexpected end of name token at byte offset 8',
  };
  for (const [html, words] of Object.entries(cases)) {
    const said = await refusal(api.sendMessage(anna.id, html, { parse_mode: 'HTML' }));
    assert.deepEqual(said, [400, `Bad Request: can't parse entities: ${words}`], html);
  }
});

test('markup is read and put right as Telegram does', () => {
  const cases: [html: string, text: string, entities: object[]][] = [
    ['<pre><code class="language-ts">a</code></pre>', 'a', [{ type: 'pre', language: 'ts', offset: 0, length: 1 }]],
    ['<code class="language-ts">a</code>', 'a', [{ type: 'code', offset: 0, length: 1 }]],
    ['<pre>a\n</pre>', 'a', [{ type: 'pre', offset: 0, length: 1 }]],
    [
      '<a href="https://x.y/?a=1&amp;b=2">l</a>',
      'l',
      [{ type: 'text_link', url: 'https://x.y/?a=1&b=2', offset: 0, length: 1 }],
    ],
    ['<a href="nonsense">l</a>', 'l', []],
    ['<blockquote expandable>q</blockquote>', 'q', [{ type: 'expandable_blockquote', offset: 0, length: 1 }]],
    [
      '<span class="tg-spoiler">s</span><tg-spoiler>t</tg-spoiler>',
      'st',
      [
        { type: 'spoiler', offset: 0, length: 1 },
        { type: 'spoiler', offset: 1, length: 1 },
      ],
    ],
    [
      '<B>a <i>b</i></B>',
      'a b',
      [
        { type: 'bold', offset: 0, length: 3 },
        { type: 'italic', offset: 2, length: 1 },
      ],
    ],
    [
      '<b>a<code>b</code>c</b>',
      'abc',
      [
        { type: 'bold', offset: 0, length: 1 },
        { type: 'code', offset: 1, length: 1 },
        { type: 'bold', offset: 2, length: 1 },
      ],
    ],
    ['&lt;&#65;&#x42;&quot;&nbsp;&', '<AB"&nbsp;&', []],
    ['<b></b>x', 'x', []],
    ['<code>a<tg-emoji emoji-id="5">b</tg-emoji></code>', 'ab', [{ type: 'code', offset: 0, length: 2 }]],
  ];
  for (const [html, text, entities] of cases) assert.deepEqual(parseHtml(html), { text, entities }, html);
});

test('only who began a talk and did not block the bot can be written to', async (t) => {
  const { telegram, api, anna } = await start(t);
  const stranger = telegram.person();
  assert.deepEqual(await refusal(api.sendMessage(stranger.id, 'x')), [
    403,
    "Forbidden: bot can't initiate conversation with a user",
  ]);
  assert.deepEqual(await refusal(api.sendMessage(12345, 'x')), [400, 'Bad Request: chat not found']);
  telegram.block(anna);
  assert.deepEqual(await refusal(api.sendMessage(anna.id, 'x')), [403, 'Forbidden: bot was blocked by the user']);
  telegram.unblock(anna);
  await api.sendMessage(anna.id, 'x');
  const updates = await api.getUpdates();
  assert.deepEqual(
    updates.map(({ my_chat_member: change }) => change?.new_chat_member.status),
    ['kicked', 'member'],
  );
});

test('a group that became a supergroup names its new id', async (t) => {
  const { telegram, api } = await start(t);
  const group = telegram.group({ type: 'group' });
  const supergroup = telegram.migrate(group);
  await assert.rejects(api.sendMessage(group.id, 'x'), (error: GrammyError) => {
    assert.deepEqual(error.parameters, { migrate_to_chat_id: supergroup.id });
    return true;
  });
  await api.sendMessage(supergroup.id, 'x');
  const [there, here] = await api.getUpdates();
  assert.equal(there?.message?.migrate_to_chat_id, supergroup.id);
  assert.equal(here?.message?.migrate_from_chat_id, group.id);
});

test('a reply needs the message that it answers, unless it is told not to', async (t) => {
  const { telegram, api, anna } = await start(t);
  const question = telegram.say({ from: anna, text: 'why?' });
  const answer = await api.sendMessage(anna.id, 'so', { reply_parameters: { message_id: question.message_id } });
  assert.equal(answer.reply_to_message?.text, 'why?');
  const lost = { message_id: 999 };
  assert.deepEqual(await refusal(api.sendMessage(anna.id, 'so', { reply_parameters: lost })), [
    400,
    'Bad Request: message to be replied not found',
  ]);
  await api.sendMessage(anna.id, 'so', { reply_parameters: { ...lost, allow_sending_without_reply: true } });
});

test('topics are in forums only, and the General one has no number to write to', async (t) => {
  const { telegram, api, anna } = await start(t);
  const forum = telegram.group({ is_forum: true });
  const topic = telegram.topic(forum);
  const message = await api.sendMessage(forum.id, 'x', { message_thread_id: topic });
  assert.equal(message.message_thread_id, topic);
  const gone: [number, string] = [400, 'Bad Request: message thread not found'];
  assert.deepEqual(await refusal(api.sendMessage(forum.id, 'x', { message_thread_id: 1 })), gone);
  assert.deepEqual(await refusal(api.sendMessage(forum.id, 'x', { message_thread_id: 77 })), gone);
  assert.deepEqual(await refusal(api.sendMessage(anna.id, 'x', { message_thread_id: topic })), gone);
});

test('an own message can be changed and deleted, once it differs and while it is there', async (t) => {
  const { telegram, api, anna } = await start(t);
  const { message_id } = await api.sendMessage(anna.id, 'one');
  await api.editMessageText(anna.id, message_id, 'two');
  const [code, words] = await refusal(api.editMessageText(anna.id, message_id, 'two'));
  assert.equal(code, 400);
  assert.match(words, /^Bad Request: message is not modified/);
  await api.deleteMessage(anna.id, message_id);
  assert.deepEqual(await refusal(api.editMessageText(anna.id, message_id, 'x')), [
    400,
    'Bad Request: message to edit not found',
  ]);
  assert.deepEqual(
    telegram.edits.map(({ text }) => text),
    ['two'],
  );
  assert.deepEqual(telegram.messagesIn(anna.id), []);
});

test('typing and drafts are recorded, drafts in private chats only', async (t) => {
  const { telegram, api, anna } = await start(t);
  await api.sendChatAction(anna.id, 'typing');
  await api.sendMessageDraft(anna.id, 7, '<i>so far</i>', { parse_mode: 'HTML' });
  assert.partialDeepStrictEqual(telegram.actions, [{ chat_id: anna.id, action: 'typing' }]);
  assert.partialDeepStrictEqual(telegram.drafts, [{ chat_id: anna.id, message_id: 7, text: 'so far' }]);
  assert.equal((await refusal(api.sendMessageDraft(telegram.group().id, 7, 'x')))[0], 400);
  assert.deepEqual(telegram.sent, []);
});

test('a file goes out with its name and comes back by its path', async (t) => {
  const { telegram, api, anna } = await start(t);
  const data = Buffer.from('line one\r\n--not a boundary\r\nline two');
  const sent = await api.sendDocument(anna.id, new InputFile(data, 'mein Übungsblatt "1".pdf'), {
    caption: '<b>here</b>',
    parse_mode: 'HTML',
  });
  assert.equal(sent.document?.file_name, 'mein Übungsblatt "1".pdf');
  assert.equal(telegram.sent[0]?.text, 'here');
  const { file_path } = await api.getFile(sent.document?.file_id ?? '');
  const response = await fetch(`${telegram.apiRoot}/file/bot${telegram.token}/${file_path}`);
  assert.deepEqual(Buffer.from(await response.arrayBuffer()), data);
  assert.equal((await fetch(`${telegram.apiRoot}/file/bot${telegram.token}/nowhere`)).status, 404);
});

test('a file that a person sent can be fetched', async (t) => {
  const { telegram, api, anna } = await start(t);
  const file_id = telegram.file('cat.jpg', 'meow');
  telegram.say({ from: anna, caption: 'see', photo: [{ file_id, file_unique_id: 'u', width: 1, height: 1 }] });
  const [update] = await api.getUpdates();
  const { file_path } = await api.getFile(update?.message?.photo?.[0]?.file_id ?? '');
  const response = await fetch(`${telegram.apiRoot}/file/bot${telegram.token}/${file_path}`);
  assert.equal(await response.text(), 'meow');
});

test('the bot learns who it is, where it is and what it can do', async (t) => {
  const { telegram, api, anna } = await start(t);
  const group: Chat = telegram.group({ title: 'Friends' });
  assert.partialDeepStrictEqual(await api.getMe(), { id: telegram.botId, is_bot: true, username: telegram.username });
  assert.partialDeepStrictEqual(await api.getChat(group.id), { id: group.id, title: 'Friends' });
  assert.equal((await api.getChatMember(group.id, anna.id)).status, 'member');
  await api.setMyCommands([{ command: 'new', description: 'Begins anew' }]);
  assert.deepEqual(await api.getMyCommands(), [{ command: 'new', description: 'Begins anew' }]);
  await api.leaveChat(group.id);
  assert.equal((await refusal(api.sendMessage(group.id, 'x')))[0], 403);
});

test('a wrong token and an unknown method are refused', async (t) => {
  const { telegram, api } = await start(t);
  const other = new Api('123:other', { apiRoot: telegram.apiRoot });
  assert.deepEqual(await refusal(other.getMe()), [401, 'Unauthorized']);
  assert.deepEqual(
    await refusal(
      (api.raw as unknown as Record<string, () => Promise<unknown>>)['noSuchThing']?.() ?? Promise.resolve(),
    ),
    [404, 'Not Found: method not found'],
  );
});
