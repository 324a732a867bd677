/** History over HTTP: what was said on an app is read as it was said, page by page, by those whose it is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '#test/product/eventually.ts';
import { openStage } from '#test/product/stage.ts';

interface Page {
  data: { id: string; seq: number; text: string; role: string; app: string }[];
  next: string | null;
  previous: string | null;
}

test('history over HTTP', async (t) => {
  const stage = await openStage(t);
  const { telegram, admin, model } = stage;
  const { url } = await stage.start();
  model.reply = (messages) => `About ${messages.at(-1)?.content ?? ''}`;
  const [ann, bob] = [telegram.person({ first_name: 'Ann' }), telegram.person({ first_name: 'Bob' })];
  for (const text of ['one', 'two', 'three']) {
    const before = telegram.sentTo(ann).length;
    telegram.say({ from: ann, text });
    await telegram.waitFor(() => telegram.sentTo(ann).length > before);
  }
  telegram.say({ from: bob, text: 'mine alone' });
  await telegram.waitFor(() => telegram.sentTo(bob).length === 1);
  await stage.database.quiet();

  const conversations = await admin.conversations();
  const [latest, first] = conversations;

  await t.test('an admin sees all conversations, the latest first', async () => {
    assert.equal(conversations.length, 2);
    const messages = await admin.messages(latest?.id ?? '');
    assert.deepEqual(
      messages.map(({ text }) => text),
      ['mine alone', 'About mine alone'],
    );
  });

  await t.test('a conversation is shown with its shape and its apps', async () => {
    const { status, body } = await admin.call<object>('GET', `/v1/conversations/${first?.id}`);
    assert.equal(status, 200);
    assert.partialDeepStrictEqual(body, {
      id: first?.id,
      kind: 'direct',
      title: null,
      mode: 'agent',
      apps: ['telegram'],
    });
  });

  await t.test('messages come oldest first, with dense places and what became of them', async () => {
    const messages = await admin.messages(first?.id ?? '');
    assert.deepEqual(
      messages.map(({ seq, role, text }) => [seq, role, text]),
      [
        [1, 'user', 'one'],
        [2, 'agent', 'About one'],
        [3, 'user', 'two'],
        [4, 'agent', 'About two'],
        [5, 'user', 'three'],
        [6, 'agent', 'About three'],
      ],
    );
    assert.deepEqual(
      messages[1]?.deliveries.map(({ state, attempts, certain }) => [state, attempts, certain]),
      [['sent', 1, true]],
    );
    assert.deepEqual(messages[0]?.deliveries, []);
  });

  await t.test('pages go on and back by cursor, and turn round by order', async () => {
    const path = `/v1/conversations/${first?.id}/messages`;
    const page = async (query: string) => (await admin.call<Page>('GET', `${path}?${query}`)).body;
    const seqs = ({ data }: Page) => data.map(({ seq }) => seq);
    const one = await page('limit=4');
    assert.deepEqual([seqs(one), one.previous], [[1, 2, 3, 4], null]);
    const two = await page(`limit=4&after=${one.next}`);
    assert.deepEqual([seqs(two), two.next], [[5, 6], null]);
    assert.deepEqual(seqs(await page(`limit=4&before=${two.previous}`)), [1, 2, 3, 4]);
    assert.deepEqual(seqs(await page('limit=2&order=desc')), [6, 5]);
  });

  await t.test('a wrong limit or a cursor that is not ours is refused with its pointer', async () => {
    for (const [query, pointer] of [
      ['limit=0', '/limit'],
      ['limit=201', '/limit'],
      ['limit=x', '/limit'],
      ['after=abc', '/after'],
      [`after=${Buffer.from('{"at":1e17,"id":"x"}').toString('base64url')}`, '/after'],
    ]) {
      const { status, body } = await admin.call<{ errors: { pointer: string }[] }>('GET', `/v1/conversations?${query}`);
      assert.equal(status, 422);
      assert.deepEqual(
        body.errors.map((error) => error.pointer),
        [pointer],
      );
    }
  });

  await t.test('filters narrow the list', async () => {
    const count = async (query: string) =>
      (await admin.call<Page>('GET', `/v1/conversations?${query}`)).body.data.length;
    assert.equal(await count(`person=${first?.personId}`), 1);
    assert.equal(await count('app=telegram'), 2);
    assert.equal(await count('app=web'), 0);
    assert.equal(await count('mode=human'), 0);
  });

  await t.test("somebody else's conversation looks as if it were not there", async () => {
    for (const id of [first?.id, 'cnv_nothing']) {
      const response = await fetch(`${url}/v1/conversations/${id}/messages`);
      assert.equal(response.status, 404);
      assert.equal(((await response.json()) as { code: string }).code, 'not_found');
    }
    const own = (await (await fetch(`${url}/v1/conversations`)).json()) as Page;
    assert.deepEqual(own, { data: [], next: null, previous: null });
  });

  await t.test('an edit after the answer is kept as a version, and nothing is said', async () => {
    const said = telegram.say({ from: bob, text: 'tea' });
    await telegram.waitFor(() => telegram.sentTo(bob).length === 2);
    telegram.edit(said, { text: 'coffee' });
    const message = await eventually('the edit is stored', async () => {
      const messages = await admin.messages(latest?.id ?? '');
      return messages.find(({ text }) => text === 'coffee');
    });
    assert.deepEqual(
      message.edits?.map(({ text }) => text),
      ['tea'],
    );
    assert.equal(telegram.sentTo(bob).length, 2);
  });
});
