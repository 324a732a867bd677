/** What of a group's words is meant for us: what was said to us before decides, in the store or in the same batch. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChatRef, InboundEdit, InboundMessage } from '#src/message.ts';
import { openIngest } from './open-ingest.ts';

const chat: ChatRef = { account: 'us', externalId: 'room', threadId: '', kind: 'group' };
const at = new Date();

function said(externalId: string, text: string): InboundMessage {
  const from = { externalIds: ['ann'], realm: '', name: 'Ann' };
  return { kind: 'message', at, chat, externalId, from, text, attachments: [], addressedBy: 'mention' };
}

/** An edit that does not speak to us. */
function edited(externalId: string, text: string, laterMs = 1_000): InboundEdit {
  const editedAt = new Date(at.getTime() + laterMs);
  return { ...said(externalId, text), kind: 'edit', editedAt, addressedBy: 'before' };
}

test('an edit that does not speak to us is a version of what did, and of nothing else', async (t) => {
  const { deps, ingest } = await openIngest(t);
  const texts = async () => {
    const found = await deps.store.messages.find({}).sort({ seq: 1 }).lean();
    return found.map(({ text, edits }) => [text, edits.map((version) => version.text)]);
  };
  await ingest('x', [said('m1', 'hello'), edited('m1', 'good bye'), edited('m2', 'between others')]);
  assert.deepEqual(await texts(), [['good bye', ['hello']]]);
  await ingest('x', [edited('m1', 'good night', 2_000)]);
  await ingest('x', [edited('m2', 'still between others', 2_000)]);
  assert.deepEqual(await texts(), [['good night', ['hello', 'good bye']]]);
});
