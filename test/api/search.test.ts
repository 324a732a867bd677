/** Search over HTTP: literal words, the latest first, and nothing of anybody else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '#test/product/eventually.ts';
import { openStage } from '#test/product/stage.ts';

interface Found {
  data: { id: string; text: string; conversationId: string; title?: string }[];
  next: string | null;
}

test('search over HTTP', async (t) => {
  const stage = await openStage(t, { env: { WEB_ACCESS: 'loopback' } });
  const { telegram, admin, model } = stage;
  const { url } = await stage.start();
  model.reply = () => 'Noted.';
  const [ann, bob] = [telegram.person({ first_name: 'Ann' }), telegram.person({ first_name: 'Bob' })];
  const said: Record<string, ReturnType<typeof telegram.say>> = {};
  for (const [from, text] of [
    [ann, 'Where is the Café in Abuja?'],
    [ann, 'Any CAFE will do'],
    [bob, 'café au lait'],
    [ann, '我想喝咖啡'],
  ] as const) {
    const before = telegram.sentTo(from).length;
    said[text] = telegram.say({ from, text });
    await telegram.waitFor(() => telegram.sentTo(from).length > before);
  }
  await stage.database.quiet();
  const search = async (query: string) => (await admin.call<Found>('GET', `/v1/search?${query}`)).body;
  const texts = async (q: string, more = '') =>
    (await search(`q=${encodeURIComponent(q)}${more}`)).data.map(({ text }) => text);
  const conversations = await admin.conversations();
  const annId = conversations.at(0)?.personId;

  await t.test('an admin finds what anybody said, the latest first, whatever its case and accents', async () => {
    assert.deepEqual(await texts('cafe'), ['café au lait', 'Any CAFE will do', 'Where is the Café in Abuja?']);
    assert.deepEqual(await texts('咖啡'), ['我想喝咖啡']);
  });

  await t.test('all words must be there, as they are', async () => {
    assert.deepEqual(await texts('café abuja'), ['Where is the Café in Abuja?']);
    assert.deepEqual(await texts('café lagos'), []);
    assert.deepEqual(await texts('abu'), []);
    assert.deepEqual(await texts('.*'.concat('caf.')), []);
  });

  await t.test('it is narrowed to a person, and goes on page by page', async () => {
    assert.deepEqual(await texts('cafe', `&person=${annId}`), ['Any CAFE will do', 'Where is the Café in Abuja?']);
    const one = await search('q=cafe&limit=2');
    assert.equal(one.data.length, 2);
    const two = await search(`q=cafe&limit=2&after=${one.next}`);
    assert.deepEqual([two.data.map(({ text }) => text), two.next], [['Where is the Café in Abuja?'], null]);
  });

  await t.test('answers are found too', async () => {
    assert.equal((await texts('noted')).length, 4);
  });

  await t.test('somebody else finds nothing of it', async () => {
    const own = (await (await fetch(`${url}/v1/search?q=cafe`)).json()) as Found;
    assert.deepEqual(own.data, []);
    const theirs = (await (await fetch(`${url}/v1/search?q=cafe&person=${annId}`)).json()) as Found;
    assert.deepEqual(theirs.data, []);
  });

  await t.test('nothing to look for is refused with its pointer', async () => {
    for (const query of ['', 'q=', 'q=%20…', `q=${'x'.repeat(201)}`]) {
      const { status, body } = await admin.call<{ errors: { pointer: string }[] }>('GET', `/v1/search?${query}`);
      assert.equal(status, 422, query);
      assert.deepEqual(
        body.errors.map(({ pointer }) => pointer),
        ['/q'],
      );
    }
  });

  await t.test('an edited text is found by its new words alone', async () => {
    telegram.edit(said['Any CAFE will do'] as never, { text: 'A teahouse will do' });
    await eventually('the edit is found', async () => (await texts('teahouse')).length === 1);
    assert.deepEqual(await texts('cafe', `&person=${annId}`), ['Where is the Café in Abuja?']);
  });

  await t.test('conversations are found by their titles and by what was said in them', async () => {
    const found = async (q: string) =>
      (await admin.call<Found>('GET', `/v1/conversations?q=${q}`)).body.data.map(({ id }) => id);
    const [mine] = conversations;
    assert.deepEqual(await found('teahouse'), [mine?.id]);
    assert.deepEqual(await found('travels'), []);
    await admin.call('PATCH', `/v1/conversations/${mine?.id}`, { title: 'My Travels' });
    assert.deepEqual(await found('travels'), [mine?.id]);
    await admin.call('PATCH', `/v1/conversations/${mine?.id}`, { title: null });
    assert.deepEqual(await found('travels'), []);
  });
});
