/** The steps of the published document "Conversation Thread", with its own example. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filesOf } from '#test/project.ts';
import { openStage } from '#test/product/stage.ts';
import { documentedBody } from './documents.ts';

interface Thread {
  id: string;
  title: string;
  inlanguage: string;
  outputlanguage: string;
  save: boolean;
  messages: { message: string; owner: string }[];
}

const isAnswered = filesOf('src/api/documented/*.ts').length > 0;

test('the example of the document has a comma too many', () => {
  assert.throws(() => JSON.parse(documentedBody()), SyntaxError);
  assert.match(documentedBody(), /"message":"Hello Bro"/);
});

test('a thread as documented', { skip: !isAnswered && 'the documented endpoints are not there' }, async (t) => {
  const stage = await openStage(t);
  const { url } = await stage.start();
  stage.model.reply = () => 'Hello to you!';
  const call = async (method: string, path: string, body?: string) => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${url}${path}`, { method, headers, ...(body ? { body } : {}) });
    const text = await response.text();
    return { status: response.status, body: (text && JSON.parse(text)) as Thread & { conversations: Thread[] } };
  };
  const texts = ({ messages }: Thread) => messages.map(({ owner, message }) => [owner, message]);

  const begun = await call('POST', '/conversation/new', documentedBody());
  const { id } = begun.body;

  await t.test('1: it begins, and the machine answers', () => {
    assert.equal(begun.status, 201);
    assert.partialDeepStrictEqual(begun.body, {
      title: 'Testing you',
      inlanguage: 'hausa',
      outputlanguage: 'english',
      save: true,
    });
    assert.deepEqual(texts(begun.body), [
      ['machine', 'Hello to you!'],
      ['user', 'Hello Bro'],
    ]);
  });

  await t.test('2: it is among the saved ones', async () => {
    const { status, body } = await call('GET', '/conversations');
    assert.equal(status, 200);
    assert.deepEqual(
      body.conversations.map((one) => one.id),
      [id],
    );
  });

  await t.test('2: it is fetched by its id', async () => {
    const { status, body } = await call('GET', `/conversation/${id}`);
    assert.equal(status, 200);
    assert.deepEqual(texts(body), texts(begun.body));
  });

  await t.test('4: it goes on', async () => {
    const messages = [{ message: 'How are you?', messagetype: 'text', owner: 'user' }];
    const { status, body } = await call('POST', `/conversation/${id}`, JSON.stringify({ messages }));
    assert.equal(status, 200);
    assert.deepEqual(texts(body), [
      ['machine', 'Hello to you!'],
      ['user', 'How are you?'],
    ]);
  });

  await t.test('5: it is deleted, once', async () => {
    assert.equal((await call('DELETE', `/conversation/${id}`)).status, 204);
    assert.equal((await call('DELETE', `/conversation/${id}`)).status, 404);
  });
});
