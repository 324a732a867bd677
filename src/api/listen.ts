/** Where the HTTP server is heard. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Config } from '../config.ts';
import { ConfigError, describeError } from '../errors.ts';

/** Listens, and gives the address for a browser on this machine. Throws `ConfigError` when the place cannot be had. */
export async function listenAt(server: Server, { HOST, PORT }: Pick<Config, 'HOST' | 'PORT'>): Promise<string> {
  server.listen(PORT, HOST);
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw new ConfigError(`PORT: ${PORT} is in use on ${HOST}. Set another PORT, or end the program that uses it.`);
    throw new ConfigError(`HOST, PORT: cannot listen on ${HOST}:${PORT} (${describeError(error)}).`);
  }
  const { port } = server.address() as AddressInfo;
  const name = HOST === '0.0.0.0' || HOST === '::' ? '127.0.0.1' : HOST.includes(':') ? `[${HOST}]` : HOST;
  return `http://${name}:${port}`;
}
