/** Markers of what could not be fetched: one for each gap, as long as that is (P8). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storeGap } from '#src/ingest/gaps.ts';
import type { ChatRef } from '#src/message.ts';
import { openIngest } from './open-ingest.ts';

const chat: ChatRef = { account: 'us', externalId: 'ann', threadId: '', kind: 'direct' };
const timeOf = (clock: string) => new Date(`2026-01-01T${clock}:00Z`);

test('a gap that begins where another did makes that longer, whatever was said meanwhile', async (t) => {
  const { deps, ingest } = await openIngest(t);
  const say = (externalId: string) =>
    ingest('x', [
      {
        kind: 'message',
        at: timeOf('09:00'),
        chat,
        externalId,
        from: { externalIds: ['ann'], realm: '', name: 'Ann' },
        text: externalId,
        attachments: [],
        addressedBy: 'direct',
      },
    ]);
  await say('m1');
  await storeGap(deps, 'x', { chat, from: timeOf('10:00'), to: timeOf('11:00') });
  await say('m2');
  await storeGap(deps, 'x', { chat, from: timeOf('10:00'), to: timeOf('12:00') });
  const messages = await deps.store.messages.find({}).sort({ seq: 1 }).lean();
  assert.deepEqual(
    messages.map(({ seq, text }) => [seq, text]),
    [
      [1, 'm1'],
      [2, 'Messages between 2026-01-01 10:00 and 2026-01-01 12:00 (UTC) could not be fetched from this app.'],
      [3, 'm2'],
    ],
  );
});
