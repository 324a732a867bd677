/** The independent Telegram of telegram-test-api: the same flow as on our stand-in, and where the two differ. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { Api, GrammyError } from 'grammy';
import type { User } from 'grammy/types';
import { startTelegram } from './standins/telegram/index.ts';
import { startTelegramTestApi, type TelegramTestApi } from './standins/telegram-test-api.ts';

async function start(t: TestContext): Promise<{ telegram: TelegramTestApi; api: Api }> {
  const telegram = await startTelegramTestApi();
  t.after(() => telegram.stop());
  return { telegram, api: new Api(telegram.token, { apiRoot: telegram.apiRoot }) };
}

/** Asks who it is, takes what was said and answers it. */
async function answerOne(api: Api): Promise<{ name: string; asked: { text: string; from: User }; answered: string }> {
  const { username } = await api.getMe();
  const [update] = await api.getUpdates({ timeout: 20 });
  assert.ok(update?.message?.text !== undefined);
  const { text: asked, from, chat } = update.message;
  const { text } = await api.sendMessage(chat.id, `You said ${asked}`);
  await api.getUpdates({ offset: update.update_id + 1 });
  return { name: username, asked: { text: asked, from }, answered: text };
}

test('the same flow works on both', async (t) => {
  const { telegram, api } = await start(t);
  const ours = await startTelegram();
  t.after(() => ours.stop());
  const person = { id: 1001, first_name: 'Anna', username: 'testUserName' };
  ours.say({ from: ours.person(person), text: 'hello' });
  await telegram.say('hello', person);
  const theirs = await answerOne(api);
  const same = await answerOne(new Api(ours.token, { apiRoot: ours.apiRoot }));
  assert.deepEqual(theirs.asked, same.asked);
  assert.deepEqual([theirs.answered, same.answered], ['You said hello', 'You said hello']);
  assert.partialDeepStrictEqual(await telegram.waitForSent(1), [{ chat_id: 1001, text: 'You said hello' }]);
});

test('a long poll there is held by our front until somebody speaks', async (t) => {
  const { telegram, api } = await start(t);
  const poll = api.getUpdates({ timeout: 30 });
  await telegram.waitForPoll();
  await telegram.say('/new plans');
  const [update] = await poll;
  assert.deepEqual(update?.message?.entities, [{ type: 'bot_command', offset: 0, length: 4 }]);
});

test('there an update is given once, whether it was confirmed or not', async (t) => {
  const { telegram, api } = await start(t);
  await telegram.say('hello');
  assert.equal((await api.getUpdates()).length, 1);
  assert.deepEqual(await api.getUpdates(), []);
});

test('there markup is not read, and a method it does not know is refused without a code', async (t) => {
  const { api } = await start(t);
  const { text } = await api.sendMessage(1001, '<b>bold', { parse_mode: 'HTML' });
  assert.equal(text, '<b>bold');
  await assert.rejects(api.getMyCommands(), (error) => {
    assert.ok(error instanceof GrammyError);
    assert.equal(error.error_code, undefined);
    return true;
  });
});
