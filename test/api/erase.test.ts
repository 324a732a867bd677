/** Erasing a conversation: it is gone, whatever was on its way in it, and it does not come back (P10). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ADMIN_KEY, ADMIN_SECRET } from '#test/product/admin.ts';
import { eventually } from '#test/product/eventually.ts';
import { openStage, type Stage } from '#test/product/stage.ts';

const COLLECTIONS = ['messages', 'turns', 'deliveries', 'searchEntries', 'idempotency', 'conversations', 'tombstones'];

async function erase(stage: Stage, id: string): Promise<number> {
  const headers = { apiKey: ADMIN_KEY, secret: ADMIN_SECRET };
  return (await fetch(`${stage.running()[0]?.url}/v1/conversations/${id}`, { method: 'DELETE', headers })).status;
}

/** Where any of the words still stand. */
async function tracesOf({ database }: Stage, words: RegExp): Promise<string[]> {
  const found = await Promise.all(COLLECTIONS.map((name) => database.find(name)));
  return COLLECTIONS.filter((_, index) => words.test(JSON.stringify(found[index])));
}

async function activeOf({ database }: Stage, personId: string | undefined): Promise<string> {
  const [person] = await database.find('people', { _id: personId });
  return String(person?.['activeConversationId']);
}

test('erasing a conversation', async (t) => {
  const stage = await openStage(t);
  const { telegram, admin, model, database } = stage;
  await stage.start();
  model.reply = (messages) => `aardvark ${messages.at(-1)?.content ?? ''}`;
  const ann = telegram.person({ first_name: 'Ann' });
  const tell = async (text: string) => {
    const before = telegram.sentTo(ann).length;
    const said = telegram.say({ from: ann, text });
    await telegram.waitFor(() => telegram.sentTo(ann).length > before);
    return said;
  };
  /** Since the first `sent` answers nothing was said but that to this word, and nothing of the badgers is left. */
  const onlyAnswered = async (sent: number, word: string) => {
    await tell(word);
    await database.quiet();
    assert.deepEqual(await tracesOf(stage, /badger/), []);
    const since = telegram.sentTo(ann).slice(sent);
    assert.deepEqual(
      since.map(({ text }) => text),
      [`aardvark ${word}`],
    );
  };
  await tell('badger one');
  await tell('/title badger talk');
  await tell('/history');
  await database.quiet();
  const [talk] = await admin.conversations();
  const id = talk?.id ?? '';
  const erased = [...telegram.updateIds];

  await t.test(
    'nothing of its texts is left anywhere, it is gone for everybody, and gone again is not there',
    async () => {
      assert.deepEqual((await tracesOf(stage, /badger|aardvark/)).length > 2, true);
      const [message] = await admin.messages(id);
      assert.equal(await erase(stage, id), 204);
      assert.deepEqual(await tracesOf(stage, /badger|aardvark/), []);
      assert.equal(await erase(stage, id), 404);
      for (const path of ['', '/messages', '/stream', '/transcript']) {
        assert.equal((await admin.call('GET', `/v1/conversations/${id}${path}`)).status, 404);
      }
      assert.equal((await admin.call('GET', `/v1/messages/${message?.id}`)).status, 404);
      assert.equal((await admin.call('PATCH', `/v1/conversations/${id}`, { title: 'x' })).status, 404);
      assert.equal((await admin.call('POST', `/v1/conversations/${id}/messages`, { text: 'x' })).status, 404);
      assert.ok((await admin.conversations()).every((one) => one.id !== id));
    },
  );

  await t.test('its person goes on in a fresh conversation', async () => {
    const active = await activeOf(stage, talk?.personId);
    assert.notEqual(active, id);
    await tell('weasel');
    await database.quiet();
    assert.deepEqual(
      (await admin.messages(active)).map(({ text }) => text),
      ['weasel', 'aardvark weasel'],
    );
  });

  await t.test('it does not come back when the platform brings its events again', async () => {
    const active = await activeOf(stage, talk?.personId);
    const sent = telegram.sentTo(ann).length;
    telegram.redeliver(...erased);
    await tell('otter');
    await database.quiet();
    assert.deepEqual(await tracesOf(stage, /badger/), []);
    assert.deepEqual(
      (await admin.messages(active)).map(({ text }) => text),
      ['weasel', 'aardvark weasel', 'otter', 'aardvark otter'],
    );
    assert.equal(telegram.sentTo(ann).length, sent + 1);
  });

  await t.test('a turn that runs posts nothing', async () => {
    const active = await activeOf(stage, talk?.personId);
    const gate = model.gate();
    const sent = telegram.sentTo(ann).length;
    telegram.say({ from: ann, text: 'badger two' });
    await model.waitFor(({ active: running }) => running > 0);
    assert.equal(await erase(stage, active), 204);
    gate.release();
    await database.quiet();
    await onlyAnswered(sent, 'stoat');
  });

  await t.test('what waits to be said is not said', async () => {
    const active = await activeOf(stage, talk?.personId);
    telegram.faultNext('sendMessage', { status: 429, retry_after: 4 });
    const calls = telegram.count('sendMessage');
    telegram.say({ from: ann, text: 'badger three' });
    await telegram.waitFor(() => telegram.count('sendMessage') > calls);
    await eventually('it waits', async () => (await database.find('deliveries', { state: 'queued' })).length === 1);
    const sent = telegram.sentTo(ann).length;
    assert.equal(await erase(stage, active), 204);
    await onlyAnswered(sent, 'marten');
  });

  await t.test('a crash between its steps is made up for', async () => {
    const active = await activeOf(stage, talk?.personId);
    // The first command was carried out, and nothing after it.
    await database.insert('erasures', { _id: active, state: 'open', dueAt: new Date(0) });
    await eventually('it is erased', async () => (await tracesOf(stage, /marten/)).length === 0);
    assert.equal(await erase(stage, active), 404);
    assert.notEqual(await activeOf(stage, talk?.personId), active);
    await tell('ferret');
  });

  await t.test('what arrives while it is erased goes into the one that takes its place, and is answered', async () => {
    const active = await activeOf(stage, talk?.personId);
    // As those see it who read the person just before.
    await database.update('conversations', { _id: active }, { $set: { goneAt: new Date() } });
    await tell('lynx');
    await database.quiet();
    const found = await database.find('messages', { text: /lynx/ });
    const successor = await activeOf(stage, talk?.personId);
    assert.notEqual(successor, active);
    assert.deepEqual(
      found.map(({ conversationId, role }) => [conversationId, role]),
      [
        [successor, 'user'],
        [successor, 'agent'],
      ],
    );
  });

  await t.test('a group goes on in a conversation of its own', async () => {
    const group = telegram.group({ title: 'The den' });
    telegram.say({ from: ann, chat: group, text: `@${telegram.username} badger four` });
    await eventually(
      'it is answered',
      async () => (await database.find('messages', { text: /badger four/, role: 'agent' })).length === 1,
    );
    await database.quiet();
    const [before] = await database.find('conversations', { kind: 'group' });
    assert.equal(await erase(stage, String(before?._id)), 204);
    telegram.say({ from: ann, chat: group, text: `@${telegram.username} polecat` });
    await eventually(
      'it is stored',
      async () => (await database.find('messages', { text: /polecat/, role: 'agent' })).length === 1,
    );
    await database.quiet();
    assert.deepEqual(await tracesOf(stage, /badger/), []);
  });
});
