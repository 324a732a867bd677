/** A Redis of one test alone, with no settings but its own defaults. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { freePort } from './free-port.ts';

const TRIES = 5;

/** A Redis that is a test's own. */
export interface RedisProgram {
  url: string;
  /** Kills it; nobody starts it again. */
  kill(): Promise<void>;
  /** It takes connections, and says no word. */
  freeze(): void;
}

/** Starts `redis-server` without persistence; it ends with the test. */
export async function startProgram(t: TestContext): Promise<RedisProgram> {
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const program = await tryPort(t, await freePort());
    if (program) return program;
  }
  throw new Error(`redis-server did not begin on any of ${TRIES} free ports.`);
}

/** `undefined`: it ended at once, because somebody else has taken the port meanwhile. */
async function tryPort(t: TestContext, port: number): Promise<RedisProgram | undefined> {
  const server = spawn('redis-server', ['--port', String(port), '--save', '', '--bind', '127.0.0.1']);
  const exited = once(server, 'exit');
  const kill = async () => {
    server.kill('SIGKILL');
    await exited;
  };
  t.after(kill);
  for await (const line of createInterface(server.stdout)) {
    if (!line.includes('Ready to accept connections')) continue;
    return { url: `redis://127.0.0.1:${port}`, kill, freeze: () => void server.kill('SIGSTOP') };
  }
  return undefined;
}
