/** What the tests of the services share: data folders, processes that own them, and a log that can be read. */
import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext } from 'node:test';
import type { Logger } from '#src/log.ts';
import { readRecord } from '#src/services/record.ts';

const folders: string[] = [];
// After all tests of the file, when what worked in the folders has ended.
after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true, maxRetries: 5 }))));

/** A folder that is removed in the end. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pantheon-services-'));
  folders.push(folder);
  return folder;
}

/** Writes a program that the shell runs. */
export async function writeProgram(path: string, script: string): Promise<void> {
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
}

/** A log whose messages can be read. */
export function createMemoryLog(): Logger & { messages: string[] } {
  const messages: string[] = [];
  const add = (_fields: object, message: string): void => void messages.push(message);
  const log = { messages, debug: add, info: add, warn: add, error: add, child: () => log };
  return log;
}

/** Another process that uses the services of a data folder. */
export interface Owner {
  process: ChildProcess;
  mongodbUri: string;
  redisUrl: string;
  stop(): Promise<void>;
}

/** Starts a process that uses the services of `dataDir`, and resolves when they are ready. */
export async function startOwner(t: TestContext, dataDir: string): Promise<Owner> {
  const child = fork(join(import.meta.dirname, 'owner.ts'), [dataDir]);
  t.after(() => child.kill('SIGKILL'));
  const exited = once(child, 'exit');
  const addresses = await Promise.race([
    once(child, 'message').then(([message]) => message as Pick<Owner, 'mongodbUri' | 'redisUrl'>),
    exited.then(([code]) => Promise.reject(new Error(`The owner ended with ${String(code)}.`))),
  ]);
  const stop = async (): Promise<void> => {
    child.send('stop');
    assert.deepEqual(await exited, [0, null]);
  };
  return { process: child, ...addresses, stop };
}

/** The folders of the two servers that run on a data folder. */
async function serverFolders(dataDir: string): Promise<string[]> {
  const names = await readdir(dataDir);
  return ['mongod', 'secantusdb', 'redis'].filter((name) => names.includes(name)).map((name) => join(dataDir, name));
}

/** The process ids of MongoDB and Redis, in this order, as their notes say. */
export async function notedPids(dataDir: string): Promise<number[]> {
  const records = await Promise.all((await serverFolders(dataDir)).map(readRecord));
  return records.flatMap((record) => (record ? [record.pid] : []));
}

/** All processes that work in a data folder, noted or not. */
export async function pidsIn(dataDir: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const folders = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => '')));
  return pids.filter((_, index) => folders[index]?.startsWith(dataDir)).map(Number);
}
