/** The HTTP server with routes of a test's own, on a real MongoDB and Redis: what every route gets, whatever it does. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { createCallLimits } from '#src/api/limits.ts';
import type { Route } from '#src/api/route.ts';
import { createApiServer } from '#src/api/server.ts';
import { readConfig } from '#src/config.ts';
import { createIdentityResolver, type IdentityResolver } from '#src/identity/resolve.ts';
import { makeKey, type WantedKey } from '#src/keys/make.ts';
import type { Pair } from '#src/keys/pair.ts';
import { createLogger } from '#src/log.ts';
import { connectRedis } from '#src/queue/redis.ts';
import { createStore, type Store } from '#src/store/store.ts';
import { audibleUri, databaseUri } from '#test/product/database.ts';
import { sharedServices } from '#test/product/services.ts';

export interface RoutesServer {
  url: string;
  store: Store;
  identities: IdentityResolver;
  /** Makes a key and gives its pair. */
  key: (wanted: Partial<WantedKey>) => Promise<Pair & { personId: string }>;
}

/** What a test may have otherwise than usual. */
interface Options {
  env?: Record<string, string>;
  redisUrl?: string;
}

/** Serves the routes until the end of the test. */
export async function serveRoutes(
  t: TestContext,
  routesOf: (parts: Pick<RoutesServer, 'store' | 'identities'>) => Route[],
  { env = {}, redisUrl }: Options = {},
): Promise<RoutesServer> {
  const log = createLogger('error', false);
  const services = await sharedServices();
  const address = redisUrl ?? services.redisUrl;
  const store = await createStore({ uri: audibleUri(databaseUri(services.mongodbUri)), log });
  const redis = connectRedis(address, 'command', log);
  const prefix = `{pantheon:${store.database}}`;
  const config = readConfig(env);
  const identities = createIdentityResolver(store);
  const limits = createCallLimits(redis, prefix, config.RATE_LIMIT);
  const server = createApiServer(
    {
      config,
      store,
      log,
      identities,
      limits,
      channels: new Map(),
      ingest: () => Promise.reject(new Error('No channel is here.')),
      closing: new AbortController().signal,
    },
    () => undefined,
    routesOf({ store, identities }),
    () => [],
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(async () => {
    server.close();
    server.closeAllConnections();
    redis.disconnect();
    await store.connection.dropDatabase();
    await store.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    store,
    identities,
    async key(wanted) {
      const { key, pair } = await makeKey({ store, identities }, { scope: 'person', name: '', ...wanted });
      return { ...pair, personId: key.personId };
    },
  };
}
