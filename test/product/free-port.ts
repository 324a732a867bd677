/** Ports for programs that have to be told theirs. */
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below those from which the system gives one to whoever asks for any, as each connection does: so none is lost by chance. */
const [FROM, COUNT] = [10_000, 20_000];

/** A port that is free now. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FROM + Math.floor(Math.random() * COUNT);
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}
