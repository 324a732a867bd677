/** A Redis of one test alone, with no settings but its own defaults. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';

/** Starts `redis-server` without persistence, and gives its address; it ends with the test. */
export async function startProgram(t: TestContext): Promise<string> {
  const port = await freePort();
  const server = spawn('redis-server', ['--port', String(port), '--save', '', '--bind', '127.0.0.1']);
  t.after(async () => {
    server.kill('SIGKILL');
    await once(server, 'exit');
  });
  for await (const line of createInterface(server.stdout)) if (line.includes('Ready to accept connections')) break;
  return `redis://127.0.0.1:${port}`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
