/** Several writes in order: what a guard protects, and the same on a server that takes them one by one. */
import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import { newConversation } from '#src/store/new.ts';
import type { Store } from '#src/store/store.ts';
import { createWriteAll, guard, insert, update, type WriteAll } from '#src/store/write.ts';
import { openStore } from './open-store.ts';

const OLD_SERVER = 21;
const NEW_SERVER = 25;

const at = new Date('2026-01-01T00:00:00Z');
const counter = (_id: string) => ({ _id, count: 1, expiresAt: new Date('2099-01-01T00:00:00Z') });

for (const [name, version] of [
  ['together', NEW_SERVER],
  ['one by one', OLD_SERVER],
] as const) {
  suite(`writes ${name}`, () => {
    const begin = async (t: TestContext): Promise<{ store: Store; writeAll: WriteAll }> => {
      const store = await openStore(t);
      await store.conversations.insertOne(newConversation('c', at, { kind: 'direct' }));
      return { store, writeAll: createWriteAll(store.connection, version) };
    };

    test('what follows a guard that holds is carried out', async (t) => {
      const { store, writeAll } = await begin(t);
      const result = await writeAll([
        guard(store.conversations, { _id: 'c', fence: 0 }, { $set: { fence: 1 } }),
        insert(store.counters, counter('a')),
        update(store.counters, { _id: 'none' }, { $set: { count: 2 } }),
      ]);
      assert.deepEqual(result, { isDone: true, matched: [1, 1, 0] });
      assert.equal((await store.readConversation('c'))?.fence, 1);
    });

    test('what follows a guard that does not hold is not', async (t) => {
      const { store, writeAll } = await begin(t);
      const result = await writeAll([
        guard(store.conversations, { _id: 'c', fence: 7 }, { $set: { fence: 8 } }),
        insert(store.counters, counter('a')),
      ]);
      assert.deepEqual(result, { isDone: false, index: 0, duplicateOf: '_id_' });
      assert.equal(await store.counters.findById('a').lean(), null);
      assert.equal((await store.readConversation('c'))?.fence, 0);
    });

    test('a duplicate stops there and names its index', async (t) => {
      const { store, writeAll } = await begin(t);
      await store.counters.insertOne(counter('a'));
      const result = await writeAll([
        insert(store.counters, counter('b')),
        insert(store.counters, counter('a')),
        insert(store.counters, counter('c')),
      ]);
      assert.deepEqual(result, { isDone: false, index: 1, duplicateOf: '_id_' });
      assert.deepEqual((await store.counters.find().lean()).map(({ _id }) => _id).toSorted(), ['a', 'b']);
    });

    test('an update may compute from what is there', async (t) => {
      const { store, writeAll } = await begin(t);
      await writeAll([update(store.conversations, { _id: 'c' }, [{ $set: { inbox: { $add: ['$inbox', 3] } } }])]);
      assert.equal((await store.readConversation('c'))?.inbox, 3);
    });

    test('a field that no schema has throws before anything is written', async (t) => {
      const { store, writeAll } = await begin(t);
      const change = { $set: { nonsense: 1 } } as never;
      await assert.rejects(
        writeAll([insert(store.counters, counter('a')), update(store.conversations, { _id: 'c' }, change)]),
      );
    });
  });
}
