/** Answers in the making: drafts in private chats, messages that are edited in groups. */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { DraftPreview, EditPreview } from '#src/channel.ts';
import type { ChatRef } from '#src/message.ts';
import { directChat, startBot } from './bot.ts';

const never = new AbortController().signal;

async function openDirect(t: TestContext) {
  const bot = await startBot(t);
  const anna = bot.telegram.person();
  bot.telegram.openChat(anna);
  const chat = directChat(bot.channel, anna);
  return { ...bot, chat, draft: bot.channel.preview?.(chat) as DraftPreview };
}

async function openGroup(t: TestContext) {
  const bot = await startBot(t);
  const group = bot.telegram.group();
  const chat: ChatRef = { account: bot.channel.account, externalId: String(group.id), threadId: '', kind: 'group' };
  const { externalId } = await bot.channel.send({ chat, text: 'The', key: 'k' }, never);
  const shown = (): unknown[] => bot.telegram.messagesIn(group).map(({ text }) => text);
  return { ...bot, group, externalId, shown, editing: bot.channel.preview?.(chat) as EditPreview };
}

test('drafts of one answer have one id, are formatted, and leave no message', async (t) => {
  const { telegram, draft, chat } = await openDirect(t);
  assert.equal(draft.kind, 'draft');
  await draft.show('**The** ans', 'turn 1', never);
  await draft.show('**The** answer', 'turn 1', never);
  await draft.show('Another', 'turn 2', never);
  const [first, second, third] = telegram.drafts;
  assert.deepEqual(
    telegram.drafts.map(({ text, chat_id }) => [text, String(chat_id)]),
    ['The ans', 'The answer', 'Another'].map((text) => [text, chat.externalId]),
  );
  assert.ok(first?.message_id === second?.message_id && first?.message_id !== third?.message_id);
  assert.equal(telegram.sent.length, 0);
});

for (const status of [404, 400]) {
  test(`a server that answers ${status} to drafts is not asked again`, async (t) => {
    const { telegram, channel, draft, chat } = await openDirect(t);
    telegram.faultNext('sendMessageDraft', { status });
    await draft.show('The', 'turn 1', never);
    await draft.show('The answer', 'turn 1', never);
    assert.equal(channel.preview?.(chat), undefined);
    assert.equal(telegram.count('sendMessageDraft'), 1);
  });
}

test('a draft that only this person does not get is no reason to give up drafts', async (t) => {
  const { telegram, channel, draft, chat } = await openDirect(t);
  telegram.faultNext('sendMessageDraft', { status: 403, description: 'Forbidden: bot was blocked by the user' });
  await assert.rejects(draft.show('The', 'turn 1', never), { name: 'RejectedError', code: 'blocked' });
  assert.equal(channel.preview?.(chat)?.kind, 'draft');
});

test('a message in a group is edited, and the same text again is no error', async (t) => {
  const { editing, externalId, shown } = await openGroup(t);
  assert.equal(editing.kind, 'edit');
  await editing.edit(externalId, '<b>The</b> answer', never);
  await editing.edit(externalId, '<b>The</b> answer', never);
  assert.deepEqual(shown(), ['The answer']);
});

test('markup that Telegram does not understand is edited in as plain text', async (t) => {
  const { editing, externalId, shown } = await openGroup(t);
  await editing.edit(externalId, '<b>The</i> answer', never);
  assert.deepEqual(shown(), ['The answer']);
});

test('a message is taken back, and one that is gone already is no error', async (t) => {
  const { editing, externalId, shown } = await openGroup(t);
  await editing.remove(externalId, never);
  await editing.remove(externalId, never);
  assert.deepEqual(shown(), []);
  await assert.rejects(editing.edit(externalId, 'The answer', never), { name: 'RejectedError', code: 'message_gone' });
});
