/** What the child makes of a page that is busy, not ready, or says something under an id of its own. */
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { createGather, listen, Unclear } from '#adapters/whatsapp/child/events.ts';
import type { Client } from '#adapters/whatsapp/child/library.ts';
import { findMessage, isIdUsed } from '#adapters/whatsapp/child/page.ts';
import type { Both } from '#adapters/whatsapp/child/protocol.ts';
import { CallFailure, createSends } from '#adapters/whatsapp/child/send.ts';

test('a page that does not say who is who: what happens now is told, what is read again is not', async () => {
  const silent = {
    getContactLidAndPhone: () => Promise.reject(new Error('The page is busy.')),
    pupPage: { evaluate: () => Promise.reject(new Error('The page is busy.')) },
  } as unknown as Client;
  const message = { id: { id: 'A1', remote: '1002@lid' } };
  const told = await createGather(silent, () => ({}), { live: true, looksUp: true })('message', { message });
  const people = { '1002@lid': { lid: '1002@lid' } };
  assert.deepEqual(told, { event: 'message', me: {}, title: '', people, message });
  await assert.rejects(
    createGather(silent, () => ({}), { live: false, looksUp: true })('message', { message }),
    Unclear,
  );
});

for (const isTaken of [true, false]) {
  const what = isTaken ? 'that something else of the page took' : 'that the page did not take';
  test(`a text that goes out under another id than ours, ${what}: nobody may say that it was not sent`, async () => {
    const answers = new Map<unknown, unknown>([
      [isIdUsed, isTaken],
      [findMessage, null],
    ]);
    const client = Object.assign(new EventEmitter(), {
      getContactLidAndPhone: async () => [],
      pupPage: { evaluate: async (asked: unknown) => answers.get(asked) },
      sendMessage: async () => ({ ack: 1, id: { id: 'THEIRS' } }),
    }) as unknown as Client;
    const ready = { client, me: {}, looksUp: true, since: 100 };
    const sends = createSends(assert.fail);
    const chat = '491700000002@c.us';
    const sending = sends.send(ready, { chat, text: 'Hello', id: 'OURS' });
    await assert.rejects(sending, (error) => error instanceof CallFailure && error.code === 'broke');
    assert.deepEqual(await sends.find(ready, { chat, id: 'OURS', since: 101 }), { ack: null, isProof: false });
    assert.deepEqual(await sends.find(ready, { chat, id: 'NEVER', since: 101 }), { ack: null, isProof: true });
  });
}

test('what happens before it is known whose messages these are is not told', async () => {
  const client = Object.assign(new EventEmitter(), {
    getContactLidAndPhone: async () => [],
    pupPage: { evaluate: async () => ({ title: '', names: [] }) },
  });
  let me: Both | undefined;
  const all = Promise.withResolvers<void>();
  const told: unknown[] = [];
  listen(
    client as unknown as Client,
    () => me,
    true,
    (said) => {
      told.push(said);
      all.resolve();
    },
  );
  const happen = (id: string) => client.emit('message_create', { rawData: { id: { id, remote: '1203@g.us' } } });
  happen('A1');
  await new Promise(setImmediate);
  me = { phone: '491700000001@c.us' };
  happen('A2');
  await all.promise;
  const message = { id: { id: 'A2', remote: '1203@g.us' } };
  assert.deepEqual(told, [{ kind: 'event', event: { event: 'message', me, title: '', people: {}, message } }]);
});

test('who was learnt under one id is known under the other, whatever the page says then', async () => {
  const pair = { pn: '491700000002@c.us', lid: '1002@lid' };
  let isBusy = false;
  const page = {
    getContactLidAndPhone: async () => (isBusy ? Promise.reject(new Error('The page is busy.')) : [pair]),
    pupPage: { evaluate: async () => ({ title: '', names: [] }) },
  } as unknown as Client;
  const gather = createGather(page, () => ({}), { live: true, looksUp: true });
  const both = { phone: pair.pn, lid: pair.lid };
  for (const remote of [pair.pn, pair.lid]) {
    const told = await gather('message', { message: { id: { id: 'A1', remote } } });
    assert.deepEqual((told as { people: object }).people, { [remote]: both });
    isBusy = true;
  }
});
