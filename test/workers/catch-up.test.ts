/** Catching up: whom a channel is told of that has to ask chat by chat (P8). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger } from '#src/log.ts';
import type { ChatKind, ChatRef } from '#src/message.ts';
import { chatKey } from '#src/store/chats.ts';
import { openStore } from '#test/store/open-store.ts';
import { silentBells } from '#test/queue/silent-bells.ts';
import { catchUp, noteKnown } from '#workers/listen/catch-up.ts';
import { bareChannel } from './bare-channel.ts';

const DAY_MS = 86_400_000;
const MANY = 600;

test('every direct chat is asked, however many there are and however long it was silent; groups only of late', async (t) => {
  const store = await openStore(t);
  const now = Date.now();
  const chatOf = (externalId: string, kind: ChatKind, silentDays: number) => {
    const place = { channel: 'plain', account: 'us', externalId, threadId: '', kind };
    return {
      ...place,
      _id: chatKey('plain', place),
      activeAt: new Date(now - silentDays * DAY_MS),
      createdAt: new Date(0),
    };
  };
  const people = Array.from({ length: MANY }, (_, index) => chatOf(`person-${index}`, 'direct', 0));
  await store.chats.insertMany([
    ...people,
    chatOf('silent', 'direct', 400),
    chatOf('busy', 'group', 1),
    chatOf('forgotten', 'group', 31),
    { ...chatOf('elsewhere', 'direct', 0), _id: 'plain:them:elsewhere:', account: 'them' },
  ]);
  const asked: ChatRef[] = [];
  const channel = bareChannel({
    name: 'plain',
    async catchUp({ chats }) {
      asked.push(...chats);
      return [];
    },
  });
  await noteKnown(store, channel, new Date(now));
  const deps = {
    store,
    bells: silentBells,
    live: { publish: () => undefined, subscribe: async () => () => undefined, close: () => undefined },
    ingest: async () => undefined,
    log: createLogger('warn', false),
  };
  await catchUp(deps, channel, async () => undefined, AbortSignal.timeout(60_000));
  const expected = [...people.map(({ externalId }) => externalId), 'busy', 'silent'];
  assert.deepEqual(asked.map(({ externalId }) => externalId).toSorted(), expected.toSorted());
  assert.equal(asked.at(-1)?.externalId, 'silent', 'the latest come first');
});
