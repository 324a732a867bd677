/** Writing first on Slack: a program names a member, who answers in the very conversation that was begun. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { eventually } from '#test/product/eventually.ts';
import { openSlackStage } from './stage.ts';

test('whom a program names on Slack is written to, and what they answer belongs to that conversation', async (t) => {
  const stage = await openSlackStage(t);
  const { slack, admin, database } = stage;
  await stage.connect();
  const [anna, ben] = [slack.person(), slack.person()];
  const begin = (to: string, message: string) =>
    admin.call<{ id: string; status: string; code?: string }>('POST', '/conversations/startConversation', {
      app: 'slack',
      to,
      message,
    });

  const { status, body } = await begin(anna.id, 'Your parcel is here.');
  assert.deepEqual([status, body.status], [201, 'sent']);
  const home = slack.direct(anna);
  assert.deepEqual(stage.read(home), ['Your parcel is here.']);

  slack.say({ from: anna, text: 'Thank you' });
  await eventually('Anna is answered', () => stage.read(home).at(-1) === 'Echo: Thank you');
  await database.quiet();
  assert.deepEqual(
    (await admin.messages(body.id)).map(({ text }) => text),
    ['Your parcel is here.', 'Thank you', 'Echo: Thank you'],
  );
  assert.equal((await database.find('identities', { channel: 'slack' })).length, 1);

  // Whom we know already goes on in the chat that is there.
  slack.say({ from: ben, text: 'Hello' });
  await eventually('Ben is answered', () => stage.read(slack.direct(ben)).length === 1);
  assert.equal((await begin(ben.id, 'And another thing.')).status, 201);
  assert.deepEqual(stage.read(slack.direct(ben)), ['Echo: Hello', 'And another thing.']);
  assert.equal((await database.find('chats', { channel: 'slack' })).length, 2);

  const nobody = await begin('U0NOBODY', 'Hello?');
  assert.deepEqual([nobody.status, nobody.body.code], [422, 'user_not_found']);
});
