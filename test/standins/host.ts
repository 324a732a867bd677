/** A place on the loopback where a stand-in is found: an HTTP server that can vanish and come back on its port. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';

/** Longer than any client keeps an idle connection, so that none is cut by accident. */
const KEEP_ALIVE_MS = 120_000;

/** Where a stand-in listens. */
export interface Host {
  /** `http://127.0.0.1:PORT`, without a final slash. */
  readonly origin: string;
  /** Cuts all connections and refuses new ones. */
  down(): Promise<void>;
  /** Listens again, on the same port. */
  up(): Promise<void>;
}

/** Listens on 127.0.0.1; port 0 takes a free one. */
export async function startHost(listener: RequestListener, port = 0): Promise<Host> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, listener);
  const listen = async (at: number): Promise<void> => {
    server.listen(at, '127.0.0.1');
    await once(server, 'listening');
  };
  await listen(port);
  const taken = (server.address() as AddressInfo).port;
  return {
    origin: `http://127.0.0.1:${taken}`,
    async down() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
    async up() {
      if (!server.listening) await listen(taken);
    },
  };
}
