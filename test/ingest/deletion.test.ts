/** Deletions: what is deleted is gone, whichever comes first, the deletion or what it deletes (P4, P10). */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { applyDeletion, applyVersion } from '#src/ingest/changes.ts';
import type { ChatRef, InboundDeletion, InboundMessage } from '#src/message.ts';
import { openIngest } from './open-ingest.ts';

const DIRECT: ChatRef = { account: 'us', externalId: 'ann', threadId: '', kind: 'direct' };
const GROUP: ChatRef = { account: 'us', externalId: 'room', threadId: '', kind: 'group' };
const START = Date.parse('2026-01-01T00:00:00Z');
const SECOND = 1_000;

function said(chat: ChatRef, externalId: string, seconds: number): InboundMessage {
  return {
    kind: 'message',
    at: new Date(START + seconds * SECOND),
    chat,
    externalId,
    from: { externalIds: ['ann'], realm: '', name: 'Ann' },
    text: `text of ${externalId}`,
    attachments: [],
    addressedBy: chat.kind === 'direct' ? 'direct' : 'mention',
  };
}

function deleted(chat: ChatRef, externalId: string, seconds: number): InboundDeletion {
  return { kind: 'deletion', at: new Date(START + seconds * SECOND), chat, externalId };
}

suite('a deletion that comes before its message', () => {
  for (const chat of [DIRECT, GROUP]) {
    test(`keeps it out of a ${chat.kind} chat that we know, and nothing else`, async (t) => {
      const { deps, ingest } = await openIngest(t);
      await ingest('x', [said(chat, 'm1', 0)]);
      await ingest('x', [deleted(chat, 'm3', 10)]);
      await ingest('x', [said(chat, 'm2', 5), said(chat, 'm3', 6), said(chat, 'm4', 20)]);
      const stored = await deps.store.messages.find({}).sort({ seq: 1 }).lean();
      assert.deepEqual(
        stored.map(({ externalId, seq }) => [externalId, seq]),
        [
          ['m1', 1],
          ['m2', 2],
          ['m4', 3],
        ],
      );
    });

    test(`keeps it out of a ${chat.kind} chat that we never heard of`, async (t) => {
      const { deps, ingest } = await openIngest(t);
      await ingest('x', [deleted(chat, 'm1', 10)]);
      await ingest('x', [said(chat, 'm1', 6)]);
      assert.equal(await deps.store.messages.countDocuments({}), 0);
      await ingest('x', [said(chat, 'm2', 20)]);
      const stored = await deps.store.messages.find({}).lean();
      assert.deepEqual(
        stored.map(({ externalId, seq }) => [externalId, seq]),
        [['m2', 1]],
      );
    });
  }

  test('costs what is said later nothing', async (t) => {
    const { deps, ingest } = await openIngest(t);
    await ingest('x', [said(DIRECT, 'm1', 0)]);
    await ingest('x', [deleted(DIRECT, 'm2', 10)]);
    const asked: string[] = [];
    deps.store.connection.getClient().on('commandStarted', ({ command }) => {
      asked.push(...Object.values(command as object).filter((value) => typeof value === 'string'));
    });
    await ingest('x', [said(DIRECT, 'm3', 100)]);
    assert.ok(asked.includes('people'), asked.join());
    assert.ok(!asked.includes('tombstones'), asked.join());
  });
});

test('an edit that was under way when its message was deleted brings no text back', async (t) => {
  const { deps, ingest } = await openIngest(t);
  await ingest('x', [said(DIRECT, 'm1', 0)]);
  const asRead = await deps.store.messages.findOne({ externalId: 'm1' }).lean();
  assert.ok(asRead);
  await applyDeletion(deps, 'x', deleted(DIRECT, 'm1', 10));
  await applyVersion(deps, asRead, { text: 'edited', at: new Date(START + 5 * SECOND), isOriginal: false });
  const message = await deps.store.messages.findOne({ externalId: 'm1' }).lean();
  assert.deepEqual([message?.text, message?.edits], ['', []]);
});
