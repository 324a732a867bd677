/** Loopback ports: a free one for a server of ours, and whether a server answers on one. */
import { connect, createServer } from 'node:net';
import { once } from 'node:events';
import { randomInt } from 'node:crypto';

const LOOPBACK = '127.0.0.1';
const GREETING_MS = 1000;
const TRIES = 100;

/** What is said to a server to learn whether it is ready, and how a ready one answers. */
export interface Greeting {
  say: Uint8Array;
  isReady(reply: Buffer): boolean;
}

/** Whether a server could listen on this port now. */
async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, LOOPBACK), 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

/**
 * A port on which nobody listens: the `wanted` one if possible.
 *
 * Below the range from which systems take the near end of outgoing connections: while a server is away, a client that
 * tries again and again could otherwise be given that very port, and end up talking to itself.
 */
export async function freePort(wanted?: number): Promise<number> {
  if (wanted !== undefined && (await isFree(wanted))) return wanted;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const port = randomInt(20_000, 32_000);
    if (await isFree(port)) return port;
  }
  throw new Error('No free port was found on 127.0.0.1 between 20000 and 32000.');
}

/** Whether the server on this port answers the greeting as a ready one does. Never throws. */
export function isAnswering(port: number, greeting: Greeting): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, LOOPBACK, () => socket.write(greeting.say));
    const end = (isReady: boolean): void => {
      socket.destroy();
      resolve(isReady);
    };
    socket.setTimeout(GREETING_MS, () => end(false));
    socket.once('data', (reply) => end(greeting.isReady(reply)));
    socket.once('error', () => end(false));
    socket.once('close', () => resolve(false));
  });
}

/** Connects and hangs up at once. Resolves when that has happened, or when nobody listens; never throws. */
export function knock(port: number): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, LOOPBACK, () => socket.destroy());
    socket.setTimeout(GREETING_MS, () => socket.destroy());
    socket.on('error', () => undefined).once('close', () => resolve());
  });
}
