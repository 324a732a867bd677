/** The product as a process of its own: started as `npm start` does it, watched by its log, killed at will. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createWatch } from '#test/standins/watch.ts';

/** One line of the product's log. */
export interface LogLine {
  level: number;
  msg: string;
  [field: string]: unknown;
}

export interface Product {
  /** Where it listens. */
  url: string;
  pid: number;
  /** What it has logged so far. */
  lines: readonly LogLine[];
  /** Resolves with the first line, also an earlier one, whose message holds the words. */
  waitForLog(words: string, deadlineMs?: number): Promise<LogLine>;
  /** Sends the signal, and resolves when the process has ended. */
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<Exit>;
  exited: Promise<Exit>;
  /** Whether it still runs. */
  isRunning(): boolean;
}

/** How a process ended. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** The end of its log, and what else it said. */
  lastWords: string;
}

const ROOT = join(import.meta.dirname, '..', '..');
const NODE_FLAGS = ['--max-semi-space-size=4', '--max-old-space-size=160', '--disable-warning=ExperimentalWarning'];
const START_MS = 120_000;

/**
 * Starts it with nothing in its environment but `env`, on a free port, and resolves when it is ready.
 * Rejects with its last words when it ends before. `cwd` is where it looks for `.env`, `program` the file that is run.
 */
export async function startProduct(
  env: Record<string, string>,
  cwd: string,
  program = join('src', 'main.ts'),
): Promise<Product> {
  const { PATH = '', HOME = '' } = process.env;
  const cache = join(ROOT, 'node_modules', '.cache', 'node');
  const child = spawn(process.execPath, [...NODE_FLAGS, join(ROOT, program)], {
    cwd,
    env: { PATH, HOME, NODE_COMPILE_CACHE: cache, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const product = watchProduct(child);
  const ready = product.waitForLog('Pantheon is ready', START_MS);
  const ended = product.exited.then(({ code, lastWords }) => {
    throw new Error(`The product ended with ${code} before it was ready: ${lastWords}`);
  });
  const { msg } = await Promise.race([ready, ended]).catch(async (error: unknown) => {
    await product.kill('SIGKILL');
    throw error;
  });
  return { ...product, url: /http:\/\/[^/\s]+/.exec(msg)?.[0] ?? '' };
}

function watchProduct(child: ChildProcess): Omit<Product, 'url'> {
  const lines: LogLine[] = [];
  const stray: string[] = [];
  const words = (): string => [...lines.slice(-5).map((line) => JSON.stringify(line)), ...stray.slice(-10)].join('\n');
  const watch = createWatch(words);
  const add = (text: string): void => {
    if (text.startsWith('{')) lines.push(JSON.parse(text) as LogLine);
    else stray.push(text);
    watch.changed();
  };
  for (const stream of [child.stdout, child.stderr]) if (stream) createInterface(stream).on('line', add);
  const exited: Promise<Exit> = once(child, 'exit').then(([code, signal]) => ({
    code,
    signal,
    lastWords: words(),
  }));
  void exited.then(() => watch.end());
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  return {
    pid: child.pid ?? 0,
    lines,
    exited,
    isRunning,
    waitForLog(text, deadlineMs) {
      const found = watch.waitFor(lines, (all) => all.find(({ msg }) => msg.includes(text)), deadlineMs);
      found.catch(() => undefined); // whoever awaits it hears of it
      return found;
    },
    async kill(signal) {
      child.kill(signal);
      return exited;
    },
  };
}
