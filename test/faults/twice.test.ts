/** P4: the same event any number of times, to any number of processes, in any order with its edits, is one message. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message, User } from 'grammy/types';
import { eventually } from '#test/product/eventually.ts';
import { jobOf } from '#test/product/jobs.ts';
import type { Product } from '#test/product/product.ts';
import { openStage } from '#test/product/stage.ts';

const SECRET = 'webhook-secret';
/** In which order a message and its two edits come. */
const ORDERS = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];
const WEBHOOK = { TELEGRAM_WEBHOOK_SECRET: SECRET, PUBLIC_URL: 'http://127.0.0.1:9' };

/** Brings an update to a process as Telegram does: again and again until it is taken. */
function bring(product: Product, update: object): Promise<unknown> {
  const body = JSON.stringify(update);
  const headers = { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': SECRET };
  return eventually('the update is taken', async () => {
    const response = await fetch(`${product.url}/webhooks/telegram`, { method: 'POST', headers, body });
    return response.status === 200;
  });
}

test('the same update, four times to two processes at once', async (t) => {
  const stage = await openStage(t, { env: WEBHOOK });
  const products = await Promise.all([stage.start(), stage.start()]);
  const { telegram, database } = stage;
  let updateId = 1;
  const messageOf = (person: User, message_id: number, text: string): Message => {
    const chat = telegram.openChat(person);
    return { message_id, from: person, chat, date: Math.floor(Date.now() / 1000), text };
  };
  const asUpdate = (kind: string, message: Message): object => ({ update_id: updateId++, [kind]: message });
  /** Each of the updates twice to each process, all at once. */
  const bringAll = (updates: object[]): Promise<unknown> =>
    Promise.all(updates.flatMap((update) => [...products, ...products].map((product) => bring(product, update))));
  const storedOf = (person: User) => database.find('messages', { chatId: { $regex: `:${person.id}:$` }, role: 'user' });

  await t.test('is one message and one answer', async () => {
    const people = Array.from({ length: 10 }, () => telegram.person());
    await bringAll(people.map((person) => asUpdate('message', messageOf(person, 1, 'hello'))));
    await database.quiet();
    for (const person of people) {
      assert.equal((await storedOf(person)).length, 1);
      assert.deepEqual(
        telegram.sentTo(person).map(({ text }) => text),
        ['Echo: hello'],
      );
    }
  });

  await t.test('two first messages of a new person make one person, one conversation, two messages', async () => {
    const people = Array.from({ length: 10 }, () => telegram.person());
    await bringAll(
      people.flatMap((person) => [1, 2].map((id) => asUpdate('message', messageOf(person, id, `message ${id}`)))),
    );
    await database.quiet();
    for (const person of people) {
      const [identity, ...others] = await database.find('identities', { externalId: String(person.id) });
      assert.equal(others.length, 0);
      const personId = identity?.['personId'];
      assert.equal((await database.find('people', { _id: personId })).length, 1);
      assert.equal((await database.find('conversations', { personId })).length, 1);
      const stored = await storedOf(person);
      assert.deepEqual(new Set(stored.map(({ text }) => text)), new Set(['message 1', 'message 2']));
      assert.equal(stored.length, 2);
      assert.deepEqual(
        stored.map(({ seq }) => Number(seq) > 0),
        [true, true],
      );
      const said = telegram.sentTo(person).flatMap(({ text }) => text.match(/message \d/g) ?? []);
      assert.deepEqual(said.toSorted(), ['message 1', 'message 2']);
    }
    const orphans = await database.find('conversations', { lastSeq: 0 });
    assert.deepEqual(orphans, [], 'nobody has an empty second conversation');
  });

  await t.test('with its edits in any order, it is one message with its last text and one answer', async () => {
    const people = Array.from({ length: 6 }, () => telegram.person());
    const gate = stage.model.gate();
    const updates = people.flatMap((person, index) => {
      const original = messageOf(person, 1, 'original');
      const edits = ['edit 1', 'edit 2'].map((text, count) => ({
        ...original,
        text,
        edit_date: original.date + 1 + count,
      }));
      const all = [asUpdate('message', original), ...edits.map((edit) => asUpdate('edited_message', edit as Message))];
      return ORDERS[index % ORDERS.length]?.map((place) => all[place] ?? {}) ?? [];
    });
    await bringAll(updates);
    gate.release();
    await database.quiet();
    for (const person of people) {
      const [stored, ...others] = await storedOf(person);
      assert.equal(others.length, 0);
      assert.equal(stored?.['text'], 'edit 2');
      const versions = stored?.['edits'] as { text: string }[];
      assert.deepEqual(
        versions.map(({ text }) => text),
        ['original', 'edit 1'],
      );
      assert.deepEqual(
        telegram.sentTo(person).map(({ text }) => text),
        ['Echo: edit 2'],
      );
    }
  });

  await t.test('a command is done once', async () => {
    const person = telegram.person();
    await bringAll([
      asUpdate('message', {
        ...messageOf(person, 1, '/new Plans'),
        entities: [{ type: 'bot_command', offset: 0, length: 4 }],
      }),
    ]);
    await jobOf(stage, person, 'deliver', 'sent');
    await database.quiet();
    assert.equal(telegram.sentTo(person).length, 1);
    const [identity] = await database.find('identities', { externalId: String(person.id) });
    assert.equal((await database.find('conversations', { personId: identity?.['personId'] })).length, 2);
  });
});
