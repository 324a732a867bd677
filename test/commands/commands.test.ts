/** In-chat commands, as a person on Telegram meets them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { User } from 'grammy/types';
import { openStage, type Stage } from '#test/product/stage.ts';

/** Types something and gives what comes back. */
async function type({ telegram }: Stage, from: User, text: string): Promise<string> {
  const before = telegram.sentTo(from).length;
  telegram.say({ from, text });
  await telegram.waitFor(() => telegram.sentTo(from).length > before);
  return telegram.sentTo(from).at(-1)?.text ?? '';
}

test('commands', async (t) => {
  const stage = await openStage(t);
  const { telegram, model, admin } = stage;
  await stage.start();
  model.reply = (messages) => `Heard ${messages.filter(({ role }) => role === 'user').length}`;
  const ann = telegram.person({ first_name: 'Ann' });

  await t.test('/start greets, with and without a payload, and /help lists what can be typed', async () => {
    assert.match(await type(stage, ann, '/start'), /I am Pantheon/);
    assert.match(await type(stage, ann, '/start abc_123'), /I am Pantheon/);
    const help = await type(stage, ann, '/help');
    for (const name of ['/new', '/list', '/switch', '/title', '/stop', '/history'])
      assert.ok(help.includes(name), name);
  });

  await t.test('commands and their answers are not messages', async () => {
    assert.deepEqual(await stage.database.find('messages'), []);
    assert.deepEqual(await admin.conversations(), []);
  });

  await t.test('/new begins a conversation in which the model knows nothing of the one before', async () => {
    assert.equal(await type(stage, ann, 'first question'), 'Heard 1');
    assert.equal(await type(stage, ann, 'second question'), 'Heard 2');
    assert.match(await type(stage, ann, '/new Holiday'), /A new conversation: Holiday/);
    assert.equal(await type(stage, ann, 'a fresh one'), 'Heard 1');
  });

  await t.test('/list numbers them in order of creation, and /switch goes back with the history', async () => {
    assert.match(await type(stage, ann, '/list'), /2 Holiday \(active\)\n• 1 Conversation of/);
    assert.match(await type(stage, ann, '/switch 1'), /You are in Conversation of/);
    assert.equal(await type(stage, ann, 'third question'), 'Heard 3');
    assert.match(await type(stage, ann, '/switch 9'), /from 1 to 2/);
    assert.match(await type(stage, ann, '/switch'), /from 1 to 2/);
  });

  await t.test('/title names and tells the name', async () => {
    assert.match(await type(stage, ann, '/title'), /has no title/);
    assert.match(await type(stage, ann, '/title Plans *for* the year'), /is called Plans/);
    assert.match(await type(stage, ann, '/title'), /is called Plans/);
  });

  await t.test('/history shows the last messages', async () => {
    const history = await type(stage, ann, '/history');
    assert.match(history, /You: third question/);
    assert.match(history, /Pantheon: Heard 3/);
  });

  await t.test('/stop with nothing to stop says so; an unknown command is a message to the agent', async () => {
    assert.match(await type(stage, ann, '/stop'), /nothing to stop/);
    assert.equal(await type(stage, ann, '/sing a song'), 'Heard 4');
  });

  await t.test('/stop ends the answer that is being made, and it never comes', async () => {
    const gate = model.gate();
    const before = telegram.sentTo(ann).length;
    telegram.say({ from: ann, text: 'a long story, please' });
    await model.waitFor(() => model.active === 1);
    assert.equal(await type(stage, ann, '/stop'), 'Stopped.');
    await model.waitFor(() => model.active === 0);
    gate.release();
    await stage.database.quiet();
    assert.equal(telegram.sentTo(ann).length, before + 1);
    const [turn] = await admin.jobs('?kind=reply&state=cancelled');
    assert.match(turn?.text ?? '', /a long story/);
    assert.equal(await type(stage, ann, 'and now?'), 'Heard 5');
  });

  await t.test('the same command again and again does its work once', async () => {
    await type(stage, ann, '/new Only one');
    const sent = telegram.sentTo(ann).length;
    telegram.redeliver(telegram.updateIds.at(-1) ?? 0);
    telegram.redeliver(telegram.updateIds.at(-1) ?? 0);
    await telegram.waitFor(() => telegram.pending === 0);
    await stage.database.quiet();
    assert.equal(telegram.sentTo(ann).length, sent);
    assert.equal((await type(stage, ann, '/list')).match(/Only one/g)?.length, 1);
  });

  await t.test("in a group one's own conversations are no business of others", async () => {
    const group = telegram.group({ title: 'Friends' });
    telegram.say({ from: ann, chat: group, text: `/list@${telegram.username}` });
    await telegram.waitFor(() => telegram.sentTo(group).length === 1);
    assert.match(telegram.sentTo(group)[0]?.text ?? '', /Write to me directly/);
    telegram.say({ from: ann, chat: group, text: '/help' });
    await telegram.waitFor(() => telegram.sentTo(group).length === 2);
    assert.doesNotMatch(telegram.sentTo(group)[1]?.text ?? '', /\/list/);
  });
});
