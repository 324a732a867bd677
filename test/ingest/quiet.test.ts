/** Where somebody answers by hand nothing is answered by us, under whichever id the chat goes on. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { InboundMessage } from '#src/message.ts';
import { chatKey } from '#src/store/chats.ts';
import { newDelivery } from '#src/store/new.ts';
import { openIngest } from './open-ingest.ts';

const AT = new Date('2026-03-01T12:00:00Z');
const QUIET_MS = 600_000;

function said(chatId: string, text: string, secondsLater: number): InboundMessage {
  return {
    kind: 'message',
    at: new Date(AT.getTime() + secondsLater * 1000),
    chat: { account: 'phone', externalId: chatId, threadId: '', kind: 'direct' },
    externalId: text,
    from: { externalIds: [...new Set([chatId, 'lid'])], realm: '', name: '' },
    text,
    attachments: [],
    addressedBy: 'direct',
  };
}

test('a chat that is quiet stays so when it goes on under a new id, and no longer', async (t) => {
  const { deps, ingest } = await openIngest(t);
  const formerly = (externalId: string) => ({ formerly: { chat: 'lid', externalId } });
  await ingest('whatsapp', [{ ...said('lid', 'by hand', 0), isOwn: true, origin: 'phone', quietMs: QUIET_MS }]);
  await ingest('whatsapp', [{ ...said('number', 'in time', 60), ...formerly('in time') }]);
  await ingest('whatsapp', [{ ...said('number', 'still', 120), ...formerly('still') }]);
  await ingest('whatsapp', [{ ...said('number', 'later', 601), ...formerly('later') }]);
  const messages = await deps.store.messages.find().sort({ seq: 1 }).lean();
  assert.deepEqual(
    messages.map(({ text, answer }) => [text, answer === 'none']),
    [
      ['by hand', true],
      ['in time', true],
      ['still', true],
      ['later', false],
    ],
  );
  const chat = { account: 'phone', externalId: 'number', threadId: '' };
  const stored = await deps.store.readChat(chatKey('whatsapp', chat));
  assert.deepEqual(stored?.quietUntil, new Date(AT.getTime() + QUIET_MS), 'a restart knows it, too');
});

test('what was answered before and may still be said is taken back, and nothing that is no answer', async (t) => {
  const { deps, ingest } = await openIngest(t);
  const chatId = chatKey('whatsapp', { account: 'phone', externalId: 'number', threadId: '' });
  const leave = (_id: string, change: object) =>
    deps.store.deliveries.insertOne(newDelivery(AT, 'direct', { _id, key: _id, kind: 'message', chatId, ...change }));
  const unknown = [{ index: 0, text: 'Hello', state: 'unknown' as const, key: 'k' }];
  await leave('dlv_waits', { turnId: 'trn_1' });
  await leave('dlv_perhaps', { turnId: 'trn_2', parts: unknown });
  await leave('dlv_now', { turnId: 'trn_3', state: 'sending' });
  await leave('dlv_by_admin', {});
  await ingest('whatsapp', [{ ...said('number', 'by hand', 0), isOwn: true, origin: 'phone', quietMs: QUIET_MS }]);
  const deliveries = await deps.store.deliveries.find().sort({ _id: 1 }).lean();
  assert.deepEqual(
    deliveries.map(({ _id, state, isOpen, isTakenBack }) => [_id, state, isOpen, isTakenBack]),
    [
      ['dlv_by_admin', 'queued', true, undefined],
      ['dlv_now', 'sending', true, true],
      ['dlv_perhaps', 'queued', true, true],
      ['dlv_waits', 'cancelled', false, true],
    ],
  );
});
