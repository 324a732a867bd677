/** P8: on a platform that keeps nothing for us, what was said while we were away is fetched, in order, or a gap is shown. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { becomes, eventually } from '#test/product/eventually.ts';
import { openPlainStage } from '#test/product/plain.ts';
import { startProxy } from '#test/product/proxy.ts';
import { ownServices } from '#test/product/services.ts';

test('a platform that keeps nothing for us', async (t) => {
  const services = await ownServices();
  const mongodb = await startProxy(t, 'mongodb', services.mongodbUri);
  const stage = await openPlainStage(t, { services, via: { mongodbUri: mongodb.via } });
  let product = await stage.start();
  const { plain, database, admin, model, read } = stage;
  const heard = () => plain.waitFor(({ isHeard }) => isHeard);
  const answered = (chat: string, ...texts: string[]) => becomes(texts, () => read(chat));
  const storedTexts = async (chat: string): Promise<unknown[]> => {
    const found = await database.find('messages', { chatId: `plain:plain:${chat}:`, role: 'user' });
    return found.toSorted((a, b) => Number(a['seq']) - Number(b['seq'])).map(({ text }) => text);
  };

  await t.test('the first start ever fetches nothing', async () => {
    await heard();
    plain.say('anna', 'one');
    await answered('anna', 'Echo: one');
    await eventually('it is noted that all is known', async () => (await database.find('watermarks')).length === 1);
    assert.equal(plain.callsOf('/history').length, 0);
  });

  await t.test('the connection breaks: what was said meanwhile is answered, and once', async () => {
    await plain.down();
    const two = plain.say('anna', 'two');
    await plain.up();
    await answered('anna', 'Echo: one', 'Echo: two');
    await heard();
    plain.again(two);
    plain.say('anna', 'three');
    await answered('anna', 'Echo: one', 'Echo: two', 'Echo: three');
    assert.deepEqual(await storedTexts('anna'), ['one', 'two', 'three']);
  });

  await t.test('the product is killed: the next one fetches what was said to nobody', async () => {
    await product.kill('SIGKILL');
    plain.say('anna', 'four');
    product = await stage.start();
    await answered('anna', 'Echo: one', 'Echo: two', 'Echo: three', 'Echo: four');
  });

  await t.test(
    'fetching fails: it is tried again until it succeeds, and what came meanwhile waits for it',
    async () => {
      const asked = plain.callsOf('/history').length;
      plain.faultNext('/history', { status: 503 });
      plain.faultNext('/history', { status: 429, retryAfter: 1 });
      await plain.down();
      plain.say('anna', 'five');
      await plain.up();
      await plain.waitFor((platform) => platform.callsOf('/history').length > asked);
      plain.say('anna', 'five more');
      await eventually('both are answered', () => read('anna').join().includes('five more'));
      assert.equal(read('anna').at(-1), 'Echo: five\n\nfive more');
      assert.ok(plain.callsOf('/history').length - asked >= 3);
    },
  );

  await t.test('what comes while older words are fetched is stored at once, and answered after them', async () => {
    plain.faultNext('/history', 'hang');
    await plain.down();
    plain.say('anna', 'six');
    await plain.up();
    await plain.waitFor(({ isHeard }) => isHeard);
    plain.say('anna', 'seven');
    await eventually('seven is stored', async () => (await storedTexts('anna')).includes('seven'));
    assert.ok(!read('anna').includes('Echo: seven'), 'it waits');
    await eventually('both are answered', () => read('anna').join().includes('seven'));
    assert.equal(read('anna').at(-1), 'Echo: six\n\nseven');
  });

  await t.test('MongoDB is away while somebody speaks: it is fetched when MongoDB is back', async () => {
    await services.signal('mongodb', 'SIGSTOP');
    plain.say('anna', 'eight');
    await product.waitForLog('not stored', 30_000);
    await services.signal('mongodb', 'SIGCONT');
    await eventually('eight is answered', () => read('anna').includes('Echo: eight'));
    await database.quiet();
    assert.equal(read('anna').filter((text) => text.includes('eight')).length, 1);
  });

  await t.test('what the platform no longer has is shown as a gap, once, and not to the model', async () => {
    await plain.down();
    plain.forgetBefore(Date.now());
    await plain.up();
    const marker = await eventually(
      'there is a marker',
      async () => (await database.find('messages', { role: 'system' }))[0],
    );
    assert.match(String(marker['text']), /^Messages between .+ and .+ \(UTC\) could not be fetched from this app\.$/);
    assert.match(marker['key'] as string, /^gap:plain:plain:anna::/);
    const shown = await admin.messages(String(marker['conversationId']));
    assert.deepEqual(
      shown.map(({ seq }) => seq),
      shown.map((_, index) => index + 1),
    );
    await heard();
    plain.say('anna', 'nine');
    await eventually('nine is answered', () => read('anna').includes('Echo: nine'));
    assert.ok(!JSON.stringify(model.requests.at(-1)?.messages).includes('could not be fetched'));
  });
  assert.deepEqual(
    product.lines.filter(({ level }) => level >= 50),
    [],
  );
});
