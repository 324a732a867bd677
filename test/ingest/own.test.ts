/** What somebody writes by hand hushes the agent in that chat once, however often it is told. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InboundMessage } from '#src/message.ts';
import { newDelivery } from '#src/store/new.ts';
import { openIngest } from './open-ingest.ts';

const chat = { account: 'us', externalId: 'ann', threadId: '', kind: 'direct' } as const;
const own: InboundMessage = {
  kind: 'message',
  at: new Date(Date.now() - 60_000),
  chat,
  externalId: 'h1',
  from: { externalIds: ['ann'], realm: '', name: 'Ann' },
  text: 'I answer this myself',
  attachments: [],
  addressedBy: 'direct',
  origin: 'phone',
  isOwn: true,
  quietMs: 0,
};

test('what is told again, or edited, takes back no answer to what was asked since', async (t) => {
  const { deps, ingest } = await openIngest(t);
  const wait = (turnId: string) =>
    deps.store.deliveries.insertOne(
      newDelivery(new Date(), 'direct', {
        _id: `dlv_${turnId}`,
        key: turnId,
        kind: 'message',
        turnId,
        chatId: 'x:us:ann:',
        text: 'The answer',
      }),
    );
  const states = async () => (await deps.store.deliveries.find({}).sort({ _id: 1 }).lean()).map(({ state }) => state);

  await wait('trn_1');
  await ingest('x', [own]);
  assert.deepEqual(await states(), ['cancelled']);

  await wait('trn_2');
  await ingest('x', [own]);
  await ingest('x', [{ ...own, kind: 'edit', text: 'I answer it so', editedAt: new Date() }]);
  assert.deepEqual(await states(), ['cancelled', 'queued']);
  const [stored, ...others] = await deps.store.messages.find({}).lean();
  assert.deepEqual([stored?.role, stored?.text, others], ['human', 'I answer it so', []]);
});
