/** Where somebody answers by hand nothing is answered by us, under whichever id the chat goes on. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { InboundMessage } from '#src/message.ts';
import { chatKey } from '#src/store/chats.ts';
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
