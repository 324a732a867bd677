/** Whatever comes in has a clear outcome: answered, told, shown in `unread`, or not said to us. Never lost, never a crash. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { User } from 'grammy/types';
import { openStage } from '#test/product/stage.ts';

test('strange input', async (t) => {
  const stage = await openStage(t);
  const product = await stage.start();
  const { telegram, database, admin, model } = stage;
  const settled = async (): Promise<void> => {
    await telegram.waitFor(({ pending }) => pending === 0);
    await database.quiet();
  };
  const heard = (person: User): string[] => telegram.sentTo(person).map(({ text }) => text);
  const storedTexts = async (person: User): Promise<unknown[]> =>
    (await database.find('messages', { chatId: { $regex: `:${person.id}:$` }, role: 'user' })).map(({ text }) => text);

  await t.test('a malformed message is kept in unread, and what comes after it is answered', async () => {
    const person = telegram.person();
    telegram.push({ message: { message_id: 'seven', date: 'today', text: 'private words' } });
    telegram.push({ message: { message_id: 1, date: 1, chat: { id: 5, type: 'private' }, from: { id: 5 } } });
    telegram.say({ from: person, text: 'after it' });
    await settled();
    assert.deepEqual(heard(person), ['Echo: after it']);
    const unread = await admin.unread();
    assert.equal(unread.length, 2);
    assert.ok(unread.every(({ reason, state }) => !reason.includes('private words') && state === 'open'));
    const { status } = await admin.call('POST', `/v1/unread/${unread[0]?.id}/replay`);
    assert.equal(status, 422, 'it still cannot be read');
  });

  await t.test('an update of an unknown kind, a channel post and a message of a bot are nothing to us', async () => {
    const before = (await database.find('messages')).length;
    telegram.push({ something_new: { id: 1 } });
    const channel = telegram.group({ type: 'channel' });
    telegram.say({ chat: channel, text: 'to all' });
    const bot = telegram.person({ is_bot: true });
    telegram.say({ from: bot, text: 'hello, fellow bot' });
    await settled();
    assert.equal((await database.find('messages')).length, before);
    assert.deepEqual([heard(bot), telegram.sentTo(channel), (await admin.unread()).length], [[], [], 2]);
  });

  await t.test('a text of 1 MB is refused with a clear word, and nothing of it is kept', async () => {
    const person = telegram.person();
    telegram.say({ from: person, text: 'long '.repeat(210_000) });
    await settled();
    assert.match(heard(person).join(), /1025 KiB long; the most that I can take is 256 KiB/);
    assert.deepEqual(await storedTexts(person), []);
  });

  await t.test('a text of 200 KB is stored whole, shortened for the model, and the person is told', async () => {
    const person = telegram.person();
    const text = `${'many words '.repeat(18_000)}end`;
    telegram.say({ from: person, text });
    const { reply } = model;
    model.reply = () => 'Understood.';
    await settled();
    model.reply = reply;
    assert.deepEqual(await storedTexts(person), [text]);
    assert.ok(String(model.requests.at(-1)?.messages.at(-1)?.content).length < 60_000);
    assert.match(heard(person).join(), /Understood\.[\s\S]*too long for me to read in full/);
  });

  const texts: [name: string, text: string, stored: string][] = [
    ['lone surrogates', 'broken \ud83d half \udc4d', 'broken � half �'],
    ['control characters', 'bell\u0007 null\u0000 escape\u001b[31m', 'bell null escape[31m'],
    ['right-to-left text with direction marks', 'שלום \u202Eabc\u202C مرحبا', 'שלום \u202Eabc\u202C مرحبا'],
    ['what looks like MongoDB', '$where {"$gt": ""} .__proto__', '$where {"$gt": ""} .__proto__'],
    ['markup', '<b>not bold</b> & *stars* `ticks', '<b>not bold</b> & *stars* `ticks'],
  ];
  for (const [name, text, stored] of texts) {
    await t.test(`${name}: stored as text, and answered`, async () => {
      const person = telegram.person();
      telegram.say({ from: person, text, entities: [] });
      await settled();
      assert.deepEqual(await storedTexts(person), [stored]);
      assert.equal(heard(person).length, 1);
    });
  }

  await t.test('a user without a name, or with a strange one, is answered', async () => {
    const people = ['', '\u202E\u0000', '$set', 'x'.repeat(10_000)].map((first_name) =>
      telegram.person({ first_name }),
    );
    for (const from of people) telegram.say({ from, text: 'hello' });
    await settled();
    assert.deepEqual(
      people.map((person) => heard(person)),
      people.map(() => ['Echo: hello']),
    );
  });

  assert.ok(product.isRunning());
  assert.deepEqual(
    product.lines.filter(({ level }) => level >= 50),
    [],
  );
});
