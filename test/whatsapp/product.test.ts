/** The whole product with a linked phone: who is answered, what is kept, and what a receipt changes. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { eventually } from '#test/product/eventually.ts';
import { openStage, type Stage } from '#test/product/stage.ts';
import { type Person, startWhatsapp, type WhatsappStandin } from '#test/standins/whatsapp/index.ts';
import { noBrowser } from './linked.ts';

const options = { skip: noBrowser, timeout: 180_000 };
const CONTACTS = 50;

interface Whole extends Stage {
  whatsapp: WhatsappStandin;
}

interface ShownChannel {
  name: string;
  state: string;
}

async function stateOf({ admin }: Stage): Promise<string | undefined> {
  const { body } = await admin.call<{ data: ShownChannel[] }>('GET', '/v1/channels');
  return body.data.find(({ name }) => name === 'whatsapp')?.state;
}

/** The product, started, linked by the QR of its pairing call, and ready. */
async function openProduct(t: TestContext, env: Record<string, string> = {}): Promise<Whole> {
  const whatsapp = await startWhatsapp();
  t.after(() => whatsapp.stop());
  const stage = await openStage(t, {
    env: {
      WHATSAPP_ENABLED: 'true',
      WHATSAPP_BROWSER_ARGS: JSON.stringify(whatsapp.browserArgs),
      WHATSAPP_SEND_RATE: '100',
      WHATSAPP_CHAT_RATE: '100',
      ...env,
    },
  });
  await stage.start();
  const { qr, svg } = await eventually('a QR', async () => {
    const { status, body } = await stage.admin.call<{ qr: string; svg: string }>(
      'GET',
      '/v1/channels/whatsapp/pairing',
    );
    return status === 200 && body;
  });
  assert.match(svg, /^<svg/);
  whatsapp.phone.scan(qr);
  await eventually('WhatsApp is ready', async () => (await stateOf(stage)) === 'ready');
  const paired = await stage.admin.call('GET', '/v1/channels/whatsapp/pairing');
  assert.equal(paired.status, 409);
  return { ...stage, whatsapp };
}

/** How often what was missed has been fetched. */
function caughtUp(stage: Stage): number {
  const lines = stage.running().flatMap(({ lines: all }) => all);
  return lines.filter(({ msg, channel }) => msg === 'what was missed has been fetched' && channel === 'whatsapp')
    .length;
}

function saidTo(whatsapp: WhatsappStandin, { phone }: Person): string[] {
  return whatsapp.sent.filter(({ chat }) => chat === phone).map(({ body }) => body);
}

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
      await eventually('WhatsApp is ready', async () => (await stateOf(stage)) === 'ready');
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

test('what may have arrived is looked up all the same when the owner answers by hand', options, async (t) => {
  const { whatsapp, database } = await openProduct(t, { WHATSAPP_ACCESS: 'open', SEND_TIMEOUT_MS: '2000' });
  const paula = whatsapp.addPerson('Paula');
  whatsapp.faultNext('silent');
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
      whatsapp.faultNext('silent');
      whatsapp.say(paula, 'Hello');
      await whatsapp.waitFor(({ sent }) => sent.length === 1, 30_000);
    }
    await stage.running()[0]?.kill('SIGKILL');
    await stage.start();
    await eventually('WhatsApp is ready', async () => (await stateOf(stage)) === 'ready', 60_000);
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
