/** What is looked up at every message is found by an index: it costs the same however much was said before. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newConversation, newDelivery, newMessage } from '#src/store/new.ts';
import { createRecent } from '#workers/reply/recent.ts';
import { lookUpsOf } from './looked-at.ts';
import { openStore } from './open-store.ts';

const SAID = 20;
const NUMBERS = Array.from({ length: SAID }, (_, n) => n);

test('what waits to be said in some chats is found without a look at what was said there', async (t) => {
  const store = await openStore(t);
  const chats = ['platform:1:one:', 'platform:1:two:'];
  const said = chats.flatMap((chatId) =>
    NUMBERS.map((n) => {
      const _id = `dlv_${chatId}${n}`;
      return newDelivery(new Date(), 'direct', { _id, key: _id, kind: 'message', chatId, isOpen: n === 0 });
    }),
  );
  await store.deliveries.insertMany(said);
  const read = () => Promise.all(chats.map((chatId) => store.readOpenDeliveries(chatId)));
  assert.deepEqual(await lookUpsOf(store, read), [['deliveries', 2, 2]]);
});

test('what is new in a conversation is found without a look at what is old', async (t) => {
  const store = await openStore(t);
  const at = new Date();
  const place = { conversationId: 'cnv_1', chatId: 'platform:1:one:' };
  const said = NUMBERS.map((n) =>
    newMessage(at, { _id: `msg_${n}`, key: `${n}`, seq: n + 1, role: 'user', text: 'Hello', ...place }),
  );
  await store.messages.insertMany(said);
  const bounds = { lastSeq: SAID, historyFrom: SAID - 1, pendingFrom: SAID };
  const conversation = newConversation(place.conversationId, at, { kind: 'direct', ...bounds });
  const read = () => createRecent(store).read(conversation);
  assert.deepEqual(await lookUpsOf(store, read), [['messages', 2, 2]]);
});
