/** `schemaVersion`: data of an older version is brought to today's, once, whatever happens meanwhile. */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { ConfigError } from '#src/errors.ts';
import { createLogger } from '#src/log.ts';
import type { Migration } from '#src/store/migrations.ts';
import { createStore, type Store } from '#src/store/store.ts';
import { databaseUri } from '#test/product/database.ts';
import { sharedServices } from '#test/product/services.ts';
import { addGreetings } from './greetings.ts';

const log = createLogger('error', false);

/** A database of version 1 with three people in it; gives a way to open it with other migrations. */
async function makeOld(t: TestContext): Promise<{ uri: string; open: (migrations: Migration[]) => Promise<Store> }> {
  const uri = databaseUri((await sharedServices()).mongodbUri);
  const stores: Store[] = [];
  const open = async (migrations: Migration[]): Promise<Store> => {
    const store = await createStore({ uri, log, migrations });
    stores.push(store);
    return store;
  };
  const old = await open([]);
  for (const name of ['Anna', 'Ben', 'Cem']) {
    await old.people.insertOne({
      _id: `per_${name}`,
      name,
      languages: [],
      activeConversationId: 'cnv_1',
      version: 0,
      turnsDay: '',
      turns: 0,
      createdAt: new Date(),
    });
  }
  t.after(async () => {
    await old.connection.dropDatabase();
    await Promise.all(stores.map((store) => store.close()));
  });
  return { uri, open };
}

async function greetings({ people }: Store): Promise<unknown[]> {
  return (await people.collection.find().sort({ _id: 1 }).toArray()).map(({ greeting }) => greeting as unknown);
}

async function versionOf({ installation }: Store): Promise<number | undefined> {
  return (await installation.findOne({ _id: 'installation' }).lean())?.schemaVersion;
}

const ALL = ['Hello Anna', 'Hello Ben', 'Hello Cem'];

test('a process that is killed in the middle of a migration leaves it to the next, which completes it', async (t) => {
  const { uri, open } = await makeOld(t);
  const child = fork(join(import.meta.dirname, 'half-migration.ts'), [uri]);
  await once(child, 'message');
  child.kill('SIGKILL');
  await once(child, 'exit');
  const store = await open([addGreetings()]);
  assert.deepEqual(await greetings(store), ALL);
  assert.equal(await versionOf(store), 2);
});

test('of two processes that start at once one migrates, and the other finds it done', async (t) => {
  const { open } = await makeOld(t);
  let runs = 0;
  const migration = addGreetings({ ran: () => void (runs += 1) });
  const [one, other] = await Promise.all([open([migration]), open([migration])]);
  assert.deepEqual([runs, await greetings(one), await versionOf(other)], [1, ALL, 2]);
});

test('data of a newer version stops the start with a sentence that says what to do', async (t) => {
  const { open } = await makeOld(t);
  await open([addGreetings()]);
  await assert.rejects(open([]), (error: Error) => {
    assert.ok(error instanceof ConfigError);
    assert.match(error.message, /has version 2, this program knows 1\. Start the newer Pantheon, or restore a backup/);
    return true;
  });
});
