/** What becomes of a command when its connection to MongoDB ends in that very moment. */
import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { createLogger } from '#src/log.ts';
import { createStore, type Store } from '#src/store/store.ts';
import { databaseUri, openDatabase } from '#test/product/database.ts';
import { within } from '#test/product/eventually.ts';
import { startProxy } from '#test/product/proxy.ts';
import { sharedServices } from '#test/product/services.ts';

/** More than the pool has places. */
const TIMES = 25;

const { mongodbUri } = await sharedServices();

/** A store, and its connections as they are at the moment. */
async function openStore(t: TestContext): Promise<{ store: Store; sockets: () => Socket[] }> {
  const database = await openDatabase(databaseUri(mongodbUri));
  const made = new Set<Socket>();
  const onSocketMade = (message: unknown): void => void made.add((message as { socket: Socket }).socket);
  t.after(() => database.close());
  const proxy = await startProxy(t, 'mongodb', mongodbUri); // a port that nobody else in this process speaks to
  const uri = proxy.via(database.uri);
  subscribe('net.client.socket', onSocketMade);
  const store = await createStore({ uri, log: createLogger('warn', false) });
  t.after(async () => {
    unsubscribe('net.client.socket', onSocketMade);
    await store.close();
  });
  return { store, sockets: () => [...made].filter(({ remotePort }) => String(remotePort) === new URL(uri).port) };
}

test('a command whose connection ends at that moment fails at once, and gives its place back', async (t) => {
  const { store, sockets } = await openStore(t);
  for (const error of [undefined, new Error('This socket has been ended by the other party')]) {
    await t.test(error ? 'with an error' : 'without an error', async () => {
      for (let times = 1; times <= TIMES; times += 1) {
        await within(20_000, 'the server is found again', store.probe());
        for (const socket of sockets()) socket.destroy(error);
        await assert.rejects(within(20_000, 'the command ends', store.probe()), { name: 'MongoNetworkError' });
      }
      await within(20_000, 'there are places left', store.probe());
    });
  }
});
