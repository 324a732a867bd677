/** The whole product with a linked phone: who is answered, what is kept, and what a receipt changes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '#test/product/eventually.ts';
import type { Person } from '#test/standins/whatsapp/index.ts';
import { noBrowser } from './linked.ts';
import { caughtUp, isReady, openProduct, saidTo } from './product.ts';

const options = { skip: noBrowser, timeout: 180_000 };
const CONTACTS = 50;

test('self: of fifty contacts who write nobody is answered or stored, only the owner', options, async (t) => {
  const { whatsapp, database } = await openProduct(t);
  const contacts = Array.from({ length: CONTACTS }, (_, n) => whatsapp.addPerson(`Contact ${n}`));
  const group = whatsapp.addGroup('Friends', contacts.slice(0, 5));
  for (const contact of contacts) whatsapp.say(contact, 'Are you there?', { as: 'both' });
  whatsapp.say(contacts[0] as Person, '/start', { in: group });
  whatsapp.phone.say(contacts[1] as Person, 'By hand.');
  whatsapp.phone.say(whatsapp.owner, 'Note to self?');
  await whatsapp.waitFor(({ sent }) => sent.length > 0, 30_000);
  await database.quiet();
  assert.deepEqual(
    whatsapp.sent.map(({ chat, body }) => [chat, body]),
    [[whatsapp.owner.phone, 'Echo: Note to self?']],
  );
  const [identity, ...others] = await database.find('identities', { channel: 'whatsapp' });
  assert.deepEqual([identity?.['externalId'], others], [whatsapp.owner.phone, []]);
  const messages = await database.find('messages', { channel: 'whatsapp', role: 'user' });
  assert.deepEqual(
    messages.map(({ text, origin }) => [text, origin]),
    [['Note to self?', 'phone']],
  );
  assert.deepEqual(await database.find('unread'), []);
});

test(
  'open: a contact is answered; by hand the owner takes over for a while; receipts only go forward',
  options,
  async (t) => {
    const stage = await openProduct(t, { WHATSAPP_ACCESS: 'open' });
    const { whatsapp, database, admin } = stage;
    const [paula, max] = [whatsapp.addPerson('Paula', { isHidden: true }), whatsapp.addPerson('Max')];

    await t.test('who is known by the LID alone, and then by the phone number too, is one person', async () => {
      whatsapp.say(paula, 'Hello', { as: 'lid' });
      await whatsapp.waitFor(({ sent }) => sent.length === 1, 30_000);
      whatsapp.reveal(paula);
      whatsapp.say(paula, 'Me again');
      await whatsapp.waitFor(({ sent }) => sent.length === 2, 30_000);
      await database.quiet();
      const said = whatsapp.sent.map(({ chat, body }) => [chat, body]);
      assert.deepEqual(said, [
        [paula.lid, 'Echo: Hello'],
        [paula.phone, 'Echo: Me again'],
      ]);
      const [identity, ...others] = await database.find('identities', { channel: 'whatsapp' });
      assert.deepEqual([(identity?.['ids'] as string[] | undefined)?.length, others], [2, []]);
    });

    await t.test('what they said before is the same message still, edited or read once more', async () => {
      const count = whatsapp.sent.length;
      const [hello] = whatsapp.saidBy(paula);
      assert.ok(hello);
      whatsapp.edit(hello, 'Hello there');
      const edited = await eventually('the edit', async () => {
        const [message] = await database.find('messages', { text: 'Hello there' });
        return message;
      });
      assert.equal((edited['edits'] as unknown[]).length, 1);
      await admin.call('POST', '/v1/channels/whatsapp/restart');
      await isReady(stage);
      await eventually('it has caught up', () => caughtUp(stage) > 0);
      await database.quiet();
      const stored = await database.find('messages', { channel: 'whatsapp', role: 'user' });
      assert.deepEqual(
        stored.map(({ text }) => text),
        ['Hello there', 'Me again'],
      );
      assert.equal(whatsapp.sent.length, count);
    });

    await t.test('a receipt moves a delivery forward, and never back', async () => {
      const [first = '', second = ''] = whatsapp.sent.map(({ id }) => id);
      const stateNow = async (id: string) =>
        (await database.find('deliveries', { 'parts.externalId': id }))[0]?.['state'];
      const becomes = (id: string, state: string) =>
        eventually(`the delivery is ${state}`, async () => (await stateNow(id)) === state);
      whatsapp.ack(second, 3);
      await becomes(second, 'read');
      whatsapp.ack(second, 2);
      whatsapp.ack(first, 2);
      await becomes(first, 'delivered');
      whatsapp.react(paula, { id: second }, '❤️');
      const reacted = await eventually('the reaction', async () => {
        const [message] = await database.find('messages', { 'reactions.text': '❤️' });
        return message;
      });
      assert.equal(reacted['text'], 'Echo: Me again');
      assert.equal(await stateNow(second), 'read');
    });

    await t.test(
      'the owner answers by hand: it is in the history, and the agent keeps quiet in that chat',
      async () => {
        const count = whatsapp.sent.length;
        whatsapp.phone.say(paula, 'I am here myself.');
        const own = await eventually('what the owner wrote', async () => {
          const [message] = await database.find('messages', { text: 'I am here myself.' });
          return message;
        });
        assert.deepEqual([own['role'], own['origin'], own['answer']], ['human', 'phone', 'none']);
        whatsapp.say(paula, 'Good.');
        whatsapp.say(max, 'And me?');
        await whatsapp.waitFor(({ sent }) => sent.length > count, 30_000);
        await database.quiet();
        assert.deepEqual(
          whatsapp.sent.slice(count).map(({ body }) => body),
          ['Echo: And me?'],
        );
        const [ignored] = await database.find('messages', { text: 'Good.' });
        assert.deepEqual([ignored?.['conversationId'], ignored?.['answer']], [own['conversationId'], 'none']);
        const shown = await admin.messages(String(own['conversationId']));
        assert.deepEqual(
          shown.map(({ text }) => text),
          ['Hello there', 'Echo: Hello', 'Me again', 'Echo: Me again', 'I am here myself.', 'Good.'],
        );
      },
    );
  },
);

test('an answer in the making is taken back when the owner answers by hand', options, async (t) => {
  const { whatsapp, database, model } = await openProduct(t, { WHATSAPP_ACCESS: 'open' });
  const paula = whatsapp.addPerson('Paula');
  const gate = model.gate();
  whatsapp.say(paula, 'Who is there?');
  await model.waitFor(({ requests }) => requests[0]);
  whatsapp.phone.say(paula, 'Me.');
  await eventually('the question is taken back', async () => {
    const [question] = await database.find('messages', { text: 'Who is there?' });
    return question?.['answer'] === 'none';
  });
  gate.release();
  await database.quiet();
  assert.deepEqual(whatsapp.sent, []);
});

test('many ask at once: they are answered at the pace that is set, after a burst of three', options, async (t) => {
  const [rate, crowd, burst] = [2, 8, 3];
  const pace = { WHATSAPP_SEND_RATE: String(rate), WHATSAPP_CHAT_RATE: '100' };
  const { whatsapp, database } = await openProduct(t, { WHATSAPP_ACCESS: 'open', ...pace });
  const people = Array.from({ length: crowd }, (_, n) => whatsapp.addPerson(`Person ${n}`));
  const began = Date.now();
  for (const person of people) whatsapp.say(person, 'Hello');
  await whatsapp.waitFor(({ sent }) => sent.length === crowd, 60_000);
  assert.ok(Date.now() - began >= ((crowd - burst) / rate) * 1000, `${Date.now() - began} ms`);
  await database.quiet();
  for (const person of people) assert.deepEqual(saidTo(whatsapp, person), ['Echo: Hello']);
});

test('what may have arrived is looked up all the same when the owner answers by hand', options, async (t) => {
  const { whatsapp, database } = await openProduct(t, { WHATSAPP_ACCESS: 'open', SEND_TIMEOUT_MS: '2000' });
  const paula = whatsapp.addPerson('Paula');
  void whatsapp.faultNext('silent');
  whatsapp.say(paula, 'Who is there?');
  const { id } = await whatsapp.waitFor(({ sent }) => sent[0], 30_000);
  const partsNow = async () => (await database.find('deliveries'))[0]?.['parts'] as { state: string }[] | undefined;
  await eventually('the outcome is unknown', async () => (await partsNow())?.[0]?.state === 'unknown');
  whatsapp.phone.say(paula, 'Me.');
  await eventually('the owner is heard', async () => (await database.find('messages', { text: 'Me.' })).length === 1);
  whatsapp.ack(id, 1);
  await database.quiet();
  assert.deepEqual(
    (await database.find('deliveries')).map(({ state }) => state),
    ['sent'],
  );
});

for (const when of ['at rest', 'in the middle of a send'] as const) {
  test(`kill -9 of the product ${when}: nothing is said twice, and the next start goes on`, options, async (t) => {
    const stage = await openProduct(t, { WHATSAPP_ACCESS: 'open', SEND_TIMEOUT_MS: '3000' });
    const { whatsapp, database } = stage;
    const paula = whatsapp.addPerson('Paula');
    if (when === 'in the middle of a send') {
      void whatsapp.faultNext('silent');
      whatsapp.say(paula, 'Hello');
      await whatsapp.waitFor(({ sent }) => sent.length === 1, 30_000);
    }
    await stage.running()[0]?.kill('SIGKILL');
    await stage.start();
    await isReady(stage);
    whatsapp.say(paula, 'Still there?');
    await whatsapp.waitFor(({ sent }) => sent.some(({ body }) => body === 'Echo: Still there?'), 60_000);
    const before = when === 'at rest' ? [] : ['Echo: Hello'];
    assert.deepEqual(saidTo(whatsapp, paula), [...before, 'Echo: Still there?']);
    if (before.length === 0) return;
    // It was looked up by its id, and is there.
    await eventually('the outcome is known', async () => {
      const [delivery] = await database.find('deliveries', { preview: 'Echo: Hello' });
      return delivery?.['state'] === 'sent';
    });
  });
}
