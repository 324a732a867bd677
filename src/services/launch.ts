/** Starting one server process and ending it, each with a deadline. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Env } from '../channel.ts';
import type { Greeting } from './port.ts';
import { isAnswering, knock } from './port.ts';
import type { ServerRecord } from './record.ts';
import { isRunning, readRecord, RECORD_AND_BECOME, recordPath } from './record.ts';

/** A database server that we can run: its program, found on this machine, and how to talk to it. */
export interface Engine {
  /** What log lines and people call it. */
  name: string;
  file: string;
  args(port: number, dataFolder: string): string[];
  env?: Env;
  greeting: Greeting;
  /** Asked now and then: whether its storage has failed for good, while the process goes on. Only a new start helps. */
  hasFailed?: (port: number) => Promise<boolean>;
  /** How long it may take to close in order before it is killed. */
  patienceMs: number;
  /** Data that it cannot read may be put aside for an empty start. */
  isExpendable: boolean;
}

const READY_MS = 60_000;
const POLL_MS = 20;
const KNOCK_MS = 120;

/** The folder that holds the server's own files. */
export function dataPath(folder: string): string {
  return join(folder, 'data');
}

/** A server needs little of our environment, and none of the secrets in it. */
function plainEnv(): Env {
  const names = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH'];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

/** The last words of a server, for an error that says why it ended. */
async function lastWords(folder: string): Promise<string> {
  const text = await readFile(join(folder, 'server.log'), 'utf8');
  return text.trim().split('\n').slice(-3).join(' | ').slice(-500) || 'it said nothing';
}

/** Starts the program in a session of its own: a Ctrl-C that is meant for us must not reach it before we have closed. */
async function spawnServer(engine: Engine, folder: string, port: number): Promise<ChildProcess> {
  const data = dataPath(folder);
  await mkdir(data, { recursive: true, mode: 0o700 });
  const log = await open(join(folder, 'server.log'), 'w', 0o600);
  try {
    const command = [engine.file, ...engine.args(port, data)];
    const child = spawn('/bin/sh', ['-c', RECORD_AND_BECOME, recordPath(folder), String(port), ...command], {
      cwd: data,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      env: { ...plainEnv(), ...engine.env },
    });
    await once(child, 'spawn');
    child.unref();
    return child;
  } finally {
    await log.close();
  }
}

/** Starts the program and resolves with the note that it has written about itself. */
async function spawnRecorded(engine: Engine, folder: string, port: number): Promise<ServerRecord> {
  await rm(recordPath(folder), { force: true });
  const child = await spawnServer(engine, folder, port);
  while (child.exitCode === null && child.signalCode === null) {
    const record = await readRecord(folder);
    if (record) return record;
    await wait(POLL_MS);
  }
  throw new Error(`${engine.name} could not be started: ${await lastWords(folder)}.`);
}

/** Resolves once the server answers. Throws with its last words when it ends before, or does not answer in time. */
export async function untilReady(engine: Engine, folder: string, record: ServerRecord): Promise<void> {
  const until = Date.now() + READY_MS;
  while (!(await isAnswering(record.port, engine.greeting))) {
    if (!(await isRunning(record))) {
      throw new Error(`${engine.name} ended while starting: ${await lastWords(folder)}.`);
    }
    if (Date.now() > until) throw new Error(`${engine.name} did not answer for ${READY_MS / 1000} s.`);
    await wait(POLL_MS);
  }
}

/** Starts the server on `port` and resolves once it answers; one that cannot be made ready is not left running. */
export async function launch(engine: Engine, folder: string, port: number): Promise<ServerRecord> {
  const record = await spawnRecorded(engine, folder, port);
  try {
    await untilReady(engine, folder, record);
  } catch (error) {
    await end(engine, record);
    throw error;
  }
  return record;
}

/** Sends a signal to the server, which may have ended by itself in this moment. */
function signal(record: ServerRecord, name: NodeJS.Signals): void {
  try {
    process.kill(record.pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * Ends the server: SIGTERM, and SIGKILL when its patience is over, which every engine survives without loss.
 *
 * Knocks on its port meanwhile, because SecantusDB closes only when its sleeping `accept` call is woken; not at once,
 * because a knock that comes before the signal is handled can make it miss the signal.
 */
export async function end(engine: Engine, record: ServerRecord): Promise<void> {
  if (!(await isRunning(record))) return;
  signal(record, 'SIGTERM');
  const until = Date.now() + engine.patienceMs;
  for (await wait(KNOCK_MS); await isRunning(record); await wait(KNOCK_MS)) {
    if (Date.now() > until) signal(record, 'SIGKILL');
    else await knock(record.port);
  }
}
