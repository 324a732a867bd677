/** The product as a user starts it: `npm start`, and the process that listens on its port. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export interface Product {
  /** From typing `npm start` to `/readyz` saying yes, in milliseconds. */
  readyMs: number;
  url: string;
  /** Resident memory of the process that listens, in MB. */
  memoryMb(): Promise<number>;
  /** Ends as Ctrl-C does. */
  stop(): Promise<void>;
  /** Ends the process that listens at once, and everything that `npm start` put before it. */
  kill(): Promise<void>;
}

const READY_WITHIN_MS = 60_000;
const root = fileURLToPath(new URL('..', import.meta.url));

/** Types `npm start`, and waits until it is ready. */
export async function startProduct(port: number, env: Record<string, string>): Promise<Product> {
  const url = `http://127.0.0.1:${port}`;
  const since = performance.now();
  const npm = spawn('npm', ['start', '--silent'], {
    cwd: root,
    env: { ...process.env, ...env, PORT: String(port), LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const ended = once(npm, 'exit');
  await untilReady(url);
  const readyMs = performance.now() - since;
  const pid = await productPid(npm.pid ?? 0);
  return {
    readyMs,
    url,
    async memoryMb() {
      const status = await readFile(`/proc/${pid}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
    },
    async stop() {
      process.kill(pid, 'SIGTERM');
      await ended;
    },
    async kill() {
      process.kill(pid, 'SIGKILL');
      await ended;
    },
  };
}

async function untilReady(url: string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (Date.now() < deadline) {
    const isReady = await fetch(`${url}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
    if (isReady) return;
    await setTimeout(10);
  }
  throw new Error(`The product was not ready after ${READY_WITHIN_MS} ms.`);
}

/** The descendant that runs `src/main.ts`. */
async function productPid(ancestor: number): Promise<number> {
  const processes = await Promise.all(
    (await readdir('/proc'))
      .filter((name) => /^\d+$/.test(name))
      .map(async (name) => {
        const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
        const command = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
        return { pid: Number(name), parent: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]), command };
      }),
  );
  const isBelow = (pid: number): boolean => {
    const parent = processes.find((one) => one.pid === pid)?.parent;
    return parent === ancestor || (parent !== undefined && parent > 1 && isBelow(parent));
  };
  const found = processes.find(
    ({ pid, command }) => command.includes('src/main.ts') && !command.includes('bin/start.js') && isBelow(pid),
  );
  if (!found) throw new Error('The process of the product was not found.');
  return found.pid;
}
