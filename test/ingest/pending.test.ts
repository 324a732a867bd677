/** An event that comes again while it is being stored. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { createPending } from '#src/ingest/pending.ts';
import type { InboundMessage } from '#src/message.ts';

function message(externalId: string, text = 'hello'): InboundMessage {
  return {
    kind: 'message',
    at: new Date(0),
    chat: { account: 'a', externalId: 'c', threadId: '', kind: 'direct' },
    externalId,
    from: { externalIds: ['u'], realm: '', name: '' },
    text,
    attachments: [],
    addressedBy: 'direct',
  };
}

test('the same message waits for its first coming; another one, or another text, does not', async () => {
  const store = createPending();
  const gate = Promise.withResolvers<void>();
  let stores = 0;
  const work = () => {
    stores += 1;
    return gate.promise;
  };
  const all = [
    store('x', [message('1')], work),
    store('x', [message('1')], work),
    store('x', [message('1', 'changed')], work),
    store('x', [message('2')], work),
    store('y', [message('1')], work),
    store('x', [message('1'), message('3')], work),
  ];
  assert.equal(stores, 5);
  gate.resolve();
  await Promise.all(all);
  await store('x', [message('1')], work);
  assert.equal(stores, 6, 'later it is looked at again');
});

test('when it could not be stored, each who brought it is told, and it may come again', async () => {
  const store = createPending();
  const gate = Promise.withResolvers<void>();
  const [first, second] = [
    store('x', [message('1')], () => gate.promise),
    store('x', [message('1')], () => gate.promise),
  ];
  gate.reject(new Error('away'));
  await assert.rejects(first, /away/);
  await assert.rejects(second, /away/);
  let isStored = false;
  await store('x', [message('1')], async () => void (isStored = true));
  assert.ok(isStored);
});
