/** The published "Conversations" document over HTTP: conversations that begin on an app and are carried from one to another. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DocumentedConversation, DocumentedMessage } from '#src/api/documented/shapes.ts';
import { eventually } from '#test/product/eventually.ts';
import { openStage } from '#test/product/stage.ts';

interface Started {
  id: string;
  app: string;
  status: string;
  delivery: { id: string; state: string } | null;
  continueOn: Record<string, string>;
}

interface Replied {
  id: string | null;
  message: DocumentedMessage | null;
  delivery: { id: string; state: string } | null;
}

const START = '/conversations/startConversation';
const REPLY = '/conversations/replyToConversation';

test('conversations across apps', async (t) => {
  const stage = await openStage(t);
  const { telegram, admin, model } = stage;
  const { url } = await stage.start();
  model.reply = (messages) => `About ${messages.at(-1)?.content ?? ''}`;
  const [ann, bob] = [telegram.person({ first_name: 'Ann' }), telegram.person({ first_name: 'Bob' })];
  // A bot may write only to those who have written to it.
  for (const from of [ann, bob]) {
    telegram.say({ from, text: '/start' });
    await telegram.waitFor(() => telegram.sentTo(from).length === 1);
  }

  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters
  const local = async <T>(method: string, path: string, body?: object): Promise<{ status: number; body: T }> => {
    const response = await fetch(`${url}${path}`, {
      method,
      ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
    });
    return { status: response.status, body: (await response.json()) as T };
  };
  const heard = async (words: string) =>
    eventually(`Ann hears "${words}"`, () => telegram.sentTo(ann).find(({ text }) => text?.includes(words)));

  await t.test('the reply comes first: without any conversation there is nothing to say', async () => {
    const { status, body } = await local<Replied>('PUT', REPLY);
    assert.deepEqual([status, body], [200, { id: null, message: null, delivery: null }]);
  });

  await t.test('without anything a conversation is opened on the API, with a link for each app', async () => {
    const { status, body } = await local<Started>('POST', START);
    assert.equal(status, 201);
    assert.deepEqual([body.app, body.status, body.delivery], ['api', 'open', null]);
    assert.match(body.continueOn['telegram'] ?? '', /^https:\/\/t\.me\/\w+\?start=[\w-]{22}$/);
    const again = await local<Replied>('PUT', REPLY);
    assert.deepEqual(again.body, { id: body.id, message: null, delivery: null });
  });

  await t.test('an app that is not configured is refused, and those that are are named', async () => {
    const { status, body } = await admin.call<{ errors: { pointer: string; detail: string }[] }>('POST', START, {
      app: 'pigeon',
      to: '1',
    });
    assert.equal(status, 422);
    assert.equal(body.errors[0]?.pointer, '/app');
    assert.match(body.errors[0]?.detail ?? '', /telegram/);
  });

  await t.test(
    'an admin speaks to somebody by the platform’s own id, and their answer goes on in that conversation',
    async () => {
      const to = String(ann.id);
      const { status, body } = await admin.call<Started>('POST', START, {
        app: 'telegram',
        to,
        message: 'Your parcel is here.',
      });
      assert.equal(status, 201);
      assert.deepEqual([body.app, body.status, body.delivery?.state], ['telegram', 'sent', 'sent']);
      await heard('Your parcel is here.');
      telegram.say({ from: ann, text: 'Where?' });
      await heard('About Where?');
      const messages = await admin.messages(body.id);
      assert.deepEqual(
        messages.map(({ role, text }) => [role, text]),
        [
          ['agent', 'Your parcel is here.'],
          ['user', 'Where?'],
          ['agent', 'About Where?'],
        ],
      );
    },
  );

  await t.test('a platform’s own id is nothing for anybody but an admin', async () => {
    const { status } = await local('POST', START, { app: 'telegram', to: String(ann.id), message: 'x' });
    assert.equal(status, 404);
  });

  await t.test('without a message the agent opens the talk', async () => {
    const { body } = await admin.call<Started>('POST', START, { app: 'telegram', to: String(bob.id) });
    assert.equal(body.status, 'sent');
    assert.match(telegram.sentTo(bob)[1]?.text ?? '', /^About Begin the conversation/);
  });

  await t.test('one history: begun over REST, carried to Telegram by the link, and back', async (history) => {
    const { body: begun } = await local<DocumentedConversation>('POST', '/conversation/new', {
      save: true,
      message: 'from REST',
    });
    const { body: started } = await local<Started>('POST', START, { to: begun.id });
    assert.deepEqual([started.id, started.status], [begun.id, 'open']);
    const code = new URL(started.continueOn['telegram'] ?? '').searchParams.get('start') ?? '';
    const cid = telegram.person({ first_name: 'Cid' });
    const said = async (text: string) => {
      const before = telegram.sentTo(cid).length;
      telegram.say({ from: cid, text });
      return telegram.waitFor(() => telegram.sentTo(cid)[before]?.text);
    };
    await said('mine from before');
    assert.match(await said(`/start ${code}`), /one history/);
    assert.match(await said('yes'), /^Done/);
    assert.equal(await said('and from Telegram'), 'About and from Telegram');

    const { body: all } = await local<DocumentedConversation>('GET', `/conversation/${begun.id}`);
    assert.deepEqual(
      all.messages.toReversed().map(({ app, owner, message }) => [app, owner, message]),
      [
        ['api', 'user', 'from REST'],
        ['api', 'machine', 'About from REST'],
        ['telegram', 'user', 'and from Telegram'],
        ['telegram', 'machine', 'About and from Telegram'],
      ],
    );
    const { body: list } = await local<{ conversations: { id: string }[] }>('GET', '/conversations');
    assert.equal(list.conversations.length, 3, 'what Cid said before is theirs as well');

    await history.test('a reply goes to the app where the person wrote last, once per key', async () => {
      const body = { conversationId: begun.id, message: 'A word from the shop.', key: 'order-1' };
      const first = await local<Replied>('PUT', REPLY, body);
      const second = await local<Replied>('PUT', REPLY, body);
      assert.deepEqual([first.body.delivery?.state, first.body.message?.owner], ['sent', 'machine']);
      assert.deepEqual(second.body, first.body);
      assert.equal(telegram.sentTo(cid).filter(({ text }) => text === 'A word from the shop.').length, 1);
    });

    await history.test('a reply as the person is answered by the agent', async () => {
      const body = { conversationId: begun.id, message: 'me again', owner: 'user' };
      const { body: replied } = await local<Replied>('PUT', REPLY, body);
      assert.deepEqual(
        [replied.message?.message, replied.message?.owner, replied.delivery],
        ['About me again', 'machine', null],
      );
    });

    await history.test('the link is good once, and yes without a question is a word like any other', async () => {
      const dan = telegram.person({ first_name: 'Dan' });
      telegram.say({ from: dan, text: `/start ${code}` });
      assert.match(await telegram.waitFor(() => telegram.sentTo(dan)[0]?.text), /does not work any more/);
      telegram.say({ from: dan, text: 'yes' });
      assert.equal(await telegram.waitFor(() => telegram.sentTo(dan)[1]?.text), 'About yes');
    });

    await history.test('a second human is refused where the first one stands for a program', async () => {
      const { body: other } = await local<Started>('POST', START);
      const link = new URL(other.continueOn['telegram'] ?? '').searchParams.get('start') ?? '';
      const eve = telegram.person({ first_name: 'Eve' });
      telegram.say({ from: eve, text: `/start ${link}` });
      assert.match(await telegram.waitFor(() => telegram.sentTo(eve)[0]?.text), /Pantheon-Person/);
    });
  });
});
