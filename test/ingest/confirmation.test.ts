/** `yes` joins two histories: it has to be said after the question, and what is fetched once more is not said again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askIdentity, createLinkCodes, findLinkCode } from '#src/identity/link-codes.ts';
import type { InboundMessage } from '#src/message.ts';
import { openIngest } from './open-ingest.ts';

function said(externalId: string, text: string): InboundMessage {
  const chat = { account: 'us', externalId: 'ann', threadId: '', kind: 'direct' } as const;
  const from = { externalIds: ['ann'], realm: '', name: 'Ann' };
  return { kind: 'message', at: new Date(), chat, externalId, from, text, attachments: [], addressedBy: 'direct' };
}

test('a yes that was a word like any other, and is fetched once more, answers no later question', async (t) => {
  const { deps, ingest } = await openIngest(t);
  const { store } = deps;
  const states = async () => (await store.linkCodes.find({}).lean()).map(({ state }) => state);
  const earlier = said('m1', 'Yes!');
  await ingest('x', [earlier]);
  const identity = await store.identities.findOne({}).lean();
  const [code = ''] = await createLinkCodes(store, { personId: 'per_other', app: 'api' }, 1);
  const asked = await findLinkCode(store, code);
  assert.ok(identity && asked);
  await askIdentity(store, asked, identity._id);

  await ingest('x', [earlier]);
  assert.deepEqual(await states(), ['asked']);
  assert.deepEqual(
    (await store.messages.find({}).lean()).map(({ text }) => text),
    ['Yes!'],
  );
  await ingest('x', [said('m2', 'yes')]);
  assert.deepEqual(await states(), ['used']);
});
