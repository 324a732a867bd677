/** What a platform says of a message of ours: it is found without a look at what else was said in the chat. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findSaid } from '#src/ingest/said.ts';
import { chatKey } from '#src/store/chats.ts';
import type { Delivery } from '#src/store/deliveries.ts';
import { newDelivery, newMessage } from '#src/store/new.ts';
import type { Store } from '#src/store/store.ts';
import { lookUpsOf } from '#test/store/looked-at.ts';
import { openStore } from '#test/store/open-store.ts';
import { openIngest } from './open-ingest.ts';

const CHAT = { account: '1', externalId: 'chat', threadId: '', kind: 'direct' } as const;
const CHAT_ID = chatKey('platform', CHAT);
const AT = new Date();

/** A delivery of one message in two parts, `n-0` and `n-1` on the platform. */
function saidAs(n: number): Delivery {
  const _id = `dlv_${n}`;
  const about = { kind: 'message', messageId: `msg_${n}`, chatId: CHAT_ID, isOpen: false, state: 'sent' } as const;
  const parts = [0, 1].map((index) => ({
    index,
    key: `${_id}:${index}`,
    state: 'sent' as const,
    externalId: `${n}-${index}`,
  }));
  return { ...newDelivery(AT, 'direct', { _id, key: _id, ...about }), parts };
}

async function sayMuch({ deliveries, messages }: Store): Promise<void> {
  const numbers = Array.from({ length: 20 }, (_, n) => n);
  const place = { conversationId: 'cnv_1', chatId: CHAT_ID };
  await deliveries.insertMany(numbers.map(saidAs));
  await messages.insertMany(
    numbers.map((n) =>
      newMessage(AT, { _id: `msg_${n}`, key: `${n}`, seq: n + 1, role: 'agent', text: 'Hi', ...place }),
    ),
  );
}

test('a reaction finds the message that it is about', async (t) => {
  const { deps, ingest } = await openIngest(t);
  await sayMuch(deps.store);
  const from = { realm: '', externalIds: ['somebody'], name: 'Somebody' };
  const react = () =>
    ingest('platform', [{ kind: 'reaction', at: AT, chat: CHAT, from, externalId: '7-1', text: '👍' }]);
  assert.deepEqual(await lookUpsOf(deps.store, react), [
    ['messages', 0, 0],
    ['deliveries', 1, 1],
    ['messages', 1, 1],
  ]);
  const message = await deps.store.messages.findById('msg_7').lean();
  assert.deepEqual(message?.reactions, [{ by: 'somebody', text: '👍', at: AT }]);
});

test('what is still being said is not found yet, nor what was said elsewhere', async (t) => {
  const store = await openStore(t);
  await store.deliveries.insertMany([{ ...saidAs(1), isOpen: true, state: 'sending' }, saidAs(2)]);
  const found = await Promise.all([
    findSaid(store, CHAT_ID, '1-0'),
    findSaid(store, CHAT_ID, '2-0'),
    findSaid(store, `${CHAT_ID}x`, '2-0'),
  ]);
  assert.deepEqual(
    found.map((delivery) => delivery?._id),
    [undefined, 'dlv_2', undefined],
  );
});
