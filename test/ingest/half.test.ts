/** A message whose writer died before its conversation knew of it: made up for when the platform brings it again (P6). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnswerState } from '#src/conversation.ts';
import type { InboundMessage } from '#src/message.ts';
import { inboundKey } from '#src/store/messages.ts';
import { searchEntryId } from '#src/store/search.ts';
import { openIngest } from './open-ingest.ts';

const at = new Date('2026-01-01T00:00:00Z');

function said(externalId: string): InboundMessage {
  return {
    kind: 'message',
    at,
    chat: { account: 'us', externalId: 'ann', threadId: '', kind: 'direct' },
    externalId,
    from: { externalIds: ['ann'], realm: '', name: 'Ann' },
    text: `text of ${externalId}`,
    attachments: [],
    addressedBy: 'direct',
  };
}

for (const answer of ['wanted', 'none'] satisfies AnswerState[]) {
  test(`one whose answer is ${answer}`, async (t) => {
    const { deps, ingest } = await openIngest(t);
    const { store } = deps;
    await ingest('x', [said('m1')]);
    const whole = await store.messages.findOne({ externalId: 'm1' }).lean();
    assert.ok(whole);
    const { _id, text } = { _id: 'msg_half', text: 'text of m2' };
    await store.messages.insertOne({
      ...whole,
      _id,
      text,
      seq: 2,
      key: inboundKey(whole.chatId, 'm2'),
      externalId: 'm2',
      answer,
    });
    await ingest('x', [said('m2')]);
    const now = async () => {
      const { lastSeq, inbox } = (await store.readConversation(whole.conversationId)) ?? {};
      return [lastSeq, inbox, await store.searchEntries.countDocuments({ _id: searchEntryId(_id) })];
    };
    assert.deepEqual(await now(), [2, 2, 1]);
    assert.equal(await store.messages.countDocuments({}), 2);
  });
}
