/** The store on a database of its own, for tests that need nothing else of the product. */
import type { TestContext } from 'node:test';
import { createLogger } from '#src/log.ts';
import { createStore, type Store } from '#src/store/store.ts';
import { audibleUri, databaseUri, openDatabase } from '#test/product/database.ts';
import { type Proxy, startProxy } from '#test/product/proxy.ts';
import { sharedServices } from '#test/product/services.ts';

/** Opens it. The database goes with the test. */
export async function openStore(t: TestContext): Promise<Store> {
  const { mongodbUri } = await sharedServices();
  const uri = audibleUri(databaseUri(mongodbUri));
  const store = await createStore({ uri, log: createLogger('warn', false) });
  t.after(async () => {
    await store.connection.dropDatabase();
    await store.close();
  });
  return store;
}

/** The same, reached by a way that can be held up or cut. What is logged of that is not shown. */
export async function openFarStore(t: TestContext): Promise<{ store: Store; mongodb: Proxy }> {
  const { mongodbUri } = await sharedServices();
  const database = await openDatabase(databaseUri(mongodbUri));
  t.after(() => database.close());
  const mongodb = await startProxy(t, 'mongodb', mongodbUri);
  const store = await createStore({ uri: mongodb.via(database.uri), log: createLogger('silent', false) });
  t.after(() => store.close());
  return { store, mongodb };
}
