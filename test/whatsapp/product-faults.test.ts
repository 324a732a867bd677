/** The whole product while its WhatsApp dies, is paused or begun anew: all is answered once, and nobody else notices. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '#test/product/eventually.ts';
import { endAll, noBrowser, processesOf } from './linked.ts';
import { isReady, openProduct, saidTo, stateOf, type Whole } from './product.ts';

const options = { skip: noBrowser, timeout: 180_000 };
const OPEN = { WHATSAPP_ACCESS: 'open', SEND_TIMEOUT_MS: '5000' };

/** Somebody asks, and WhatsApp takes the answer without a word. */
async function answerInSilence({ whatsapp }: Whole, name: string) {
  const person = whatsapp.addPerson(name);
  void whatsapp.faultNext('silent');
  whatsapp.say(person, 'Hello');
  await whatsapp.waitFor(() => saidTo(whatsapp, person).length === 1, 30_000);
  return person;
}

function deliveryIs({ database }: Whole, preview: string, state: string): Promise<unknown> {
  return eventually(`the delivery is ${state}`, async () => {
    const [delivery] = await database.find('deliveries', { preview });
    return delivery?.['state'] === state;
  });
}

test('the child is killed in the middle of a send: on Telegram nobody notices', options, async (t) => {
  const stage = await openProduct(t, OPEN);
  const { whatsapp, telegram, database, dataDir } = stage;
  const [paula, from] = [whatsapp.addPerson('Paula'), telegram.person()];
  const max = await answerInSilence(stage, 'Max');
  const { child } = await processesOf(dataDir);
  whatsapp.slow(5_000); // so long nobody is ready
  endAll(child);
  await eventually('it is seen', async () => (await stateOf(stage)) === 'reconnecting');
  whatsapp.say(paula, 'And I?');
  telegram.say({ from, text: 'Hello' });
  await telegram.waitFor(() => telegram.sentTo(from).length === 1);
  assert.notEqual(await stateOf(stage), 'ready');
  whatsapp.slow(0);
  await isReady(stage);
  await whatsapp.waitFor(() => saidTo(whatsapp, paula).length === 1, 60_000);
  await database.quiet();
  assert.deepEqual([saidTo(whatsapp, paula), saidTo(whatsapp, max)], [['Echo: And I?'], ['Echo: Hello']]);
  await deliveryIs(stage, 'Echo: Hello', 'sent');
});

test(
  'the page is loaded anew in the middle of a talk: the same browser goes on, all is answered once',
  options,
  async (t) => {
    const stage = await openProduct(t, OPEN);
    const { whatsapp, database, dataDir } = stage;
    const [paula, max] = [whatsapp.addPerson('Paula'), whatsapp.addPerson('Max')];
    const { browser, child } = await processesOf(dataDir);
    whatsapp.say(paula, 'one');
    await whatsapp.waitFor(() => saidTo(whatsapp, paula).length === 1, 30_000);
    whatsapp.reload();
    await whatsapp.waitFor(({ pages }) => pages === 0);
    whatsapp.say(max, 'meanwhile');
    await whatsapp.waitFor(() => saidTo(whatsapp, max).length === 1, 60_000);
    whatsapp.say(paula, 'two');
    await whatsapp.waitFor(() => saidTo(whatsapp, paula).length === 2, 30_000);
    await database.quiet();
    const now = await processesOf(dataDir);
    assert.deepEqual([now.browser, now.child], [browser, child]);
    assert.deepEqual(saidTo(whatsapp, paula), ['Echo: one', 'Echo: two']);
    assert.deepEqual(saidTo(whatsapp, max), ['Echo: meanwhile']);
  },
);

test(
  'the page is loaded anew and gets stuck: the state says so, and all is answered once it is ready',
  options,
  async (t) => {
    const stage = await openProduct(t, OPEN);
    const { whatsapp, database } = stage;
    const paula = whatsapp.addPerson('Paula');
    whatsapp.reload({ isStuck: true });
    await eventually('it is seen', async () => (await stateOf(stage)) === 'reconnecting', 30_000);
    whatsapp.say(paula, 'Hello?');
    await isReady(stage);
    await whatsapp.waitFor(() => saidTo(whatsapp, paula).length === 1, 60_000);
    await database.quiet();
    assert.deepEqual(saidTo(whatsapp, paula), ['Echo: Hello?']);
  },
);

test('paused: no browser runs, and what people write meanwhile is answered once it is resumed', options, async (t) => {
  const stage = await openProduct(t, OPEN);
  const { whatsapp, database, admin, dataDir } = stage;
  const paula = whatsapp.addPerson('Paula');
  await admin.call('POST', '/v1/channels/whatsapp/pause');
  assert.equal(await stateOf(stage), 'paused');
  assert.deepEqual(await processesOf(dataDir), { browser: [], child: [], renderers: [] });
  assert.equal((await admin.call('GET', '/v1/channels/whatsapp/pairing')).status, 409);
  for (const text of ['one', 'two']) whatsapp.say(paula, text);
  await stage.running()[0]?.kill('SIGTERM');
  await stage.start();
  await eventually('it is paused still', async () => (await stateOf(stage)) === 'paused');
  await admin.call('POST', '/v1/channels/whatsapp/resume');
  await isReady(stage);
  await whatsapp.waitFor(() => saidTo(whatsapp, paula).length === 1, 60_000);
  await database.quiet();
  assert.deepEqual(saidTo(whatsapp, paula), ['Echo: one\n\ntwo']);
});

test('restarted in the middle of a send: what became of it is found out, and it is said once', options, async (t) => {
  const stage = await openProduct(t, OPEN);
  const { whatsapp, database, admin, dataDir } = stage;
  const { browser } = await processesOf(dataDir);
  const paula = await answerInSilence(stage, 'Paula');
  await admin.call('POST', '/v1/channels/whatsapp/restart');
  await isReady(stage);
  assert.notDeepEqual((await processesOf(dataDir)).browser, browser);
  await deliveryIs(stage, 'Echo: Hello', 'sent');
  await database.quiet();
  assert.deepEqual(saidTo(whatsapp, paula), ['Echo: Hello']);
});
