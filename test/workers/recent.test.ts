/** What a turn reads of a conversation that was answered before: all that is new, and never what is stale. */
import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import { storeGap } from '#src/ingest/gaps.ts';
import { createLogger } from '#src/log.ts';
import { chatKey } from '#src/store/chats.ts';
import type { Message } from '#src/store/messages.ts';
import { newConversation } from '#src/store/new.ts';
import { openStore } from '#test/store/open-store.ts';
import { createRecent } from '#workers/reply/recent.ts';

const at = new Date('2026-01-01T00:00:00Z');

function newMessage(seq: number, text: string): Message {
  const common = { role: 'user', channel: 'x', chatId: 'x', answer: 'given', edits: [], attachments: [] } as const;
  return {
    ...common,
    _id: `msg_${seq}`,
    conversationId: 'c',
    key: `k${seq}`,
    seq,
    text,
    textAt: at,
    createdAt: at,
    edits: [],
    attachments: [],
  };
}

/** A conversation of three messages that this process has answered: `inbox` 2, `lastSeq` 3, fence 1. */
async function answered(t: TestContext) {
  const store = await openStore(t);
  const messages = [newMessage(1, 'one'), newMessage(2, 'two'), newMessage(3, 'answer')];
  await store.messages.insertMany(messages);
  const recent = createRecent(store);
  recent.remember({ _id: 'c', fence: 1, inbox: 2, lastSeq: 3 }, messages);
  const conversation = {
    ...newConversation('c', at, { kind: 'direct' }),
    fence: 1,
    inbox: 2,
    lastSeq: 3,
    pendingFrom: 4,
  };
  // What is remembered can be told from what is read.
  await store.messages.updateOne({ _id: 'msg_1' }, { $set: { text: 'changed' } });
  const texts = async (now: Partial<typeof conversation>) =>
    (await recent.read({ ...conversation, ...now })).map(({ text }) => text);
  return { store, texts };
}

suite('recent messages', () => {
  test('only what is new is read', async (t) => {
    const { store, texts } = await answered(t);
    await store.messages.insertMany([newMessage(4, 'new'), newMessage(5, 'newer')]);
    assert.deepEqual(await texts({ inbox: 4, lastSeq: 5 }), ['one', 'two', 'answer', 'new', 'newer']);
    assert.deepEqual(await texts({ inbox: 4, lastSeq: 5, historyFrom: 3 }), ['answer', 'new', 'newer']);
    assert.deepEqual(
      await texts({ inbox: 4, lastSeq: 5, topicFrom: 4 }),
      ['new', 'newer'],
      'nor what was of another topic',
    );
  });

  test('an edit or a deletion since then is seen', async (t) => {
    const { texts } = await answered(t);
    assert.deepEqual(await texts({ inbox: 3 }), ['changed', 'two', 'answer']);
  });

  test('an answer of another process since then is seen, even when the counts agree', async (t) => {
    const { store, texts } = await answered(t);
    await store.messages.insertMany([newMessage(4, 'new'), newMessage(5, 'their answer')]);
    assert.deepEqual(await texts({ inbox: 4, lastSeq: 5, fence: 2 }), [
      'changed',
      'two',
      'answer',
      'new',
      'their answer',
    ]);
  });

  test('an edit is seen, even when a gap has been shown since', async (t) => {
    const { store, texts } = await answered(t);
    const place = { channel: 'x', account: 'us', externalId: 'room', threadId: '', kind: 'group' } as const;
    const conversation = { ...newConversation('c', at, { kind: 'group' }), fence: 1, inbox: 2, lastSeq: 3 };
    await store.conversations.insertOne(conversation);
    await store.chats.insertOne({ ...place, _id: chatKey('x', place), conversationId: 'c', createdAt: at });
    const live = { publish: () => undefined, subscribe: async () => () => undefined, close: () => undefined };
    await storeGap({ store, live, log: createLogger('warn', false) }, 'x', { chat: place, from: at, to: new Date() });
    await store.conversations.updateOne({ _id: 'c' }, { $inc: { inbox: 1 } });
    const { inbox = 0, lastSeq = 0 } = (await store.readConversation('c')) ?? {};
    assert.deepEqual((await texts({ inbox, lastSeq })).slice(0, 3), ['changed', 'two', 'answer']);
    assert.equal(lastSeq, 4);
  });

  test('what lies before what is remembered is read', async (t) => {
    const { store, texts } = await answered(t);
    await store.messages.insertOne(newMessage(0, 'zero'));
    assert.deepEqual(await texts({ historyFrom: 0, topicFrom: 0 }), ['zero', 'changed', 'two', 'answer']);
  });
});
