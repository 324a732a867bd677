/** The store on a database of its own, for tests that need nothing else of the product. */
import type { TestContext } from 'node:test';
import { createLogger } from '#src/log.ts';
import { createStore, type Store } from '#src/store/store.ts';
import { audibleUri, databaseUri } from '#test/product/database.ts';
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
