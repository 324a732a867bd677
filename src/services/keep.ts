/**
 * Keeping a database server running for as long as any Pantheon process uses its folder.
 *
 * Every decision (adopt, start, start again, end) is taken under the folder's lock and begins by reading the server's
 * note, so that processes that share a data folder never start two copies, and a new one takes over what a killed one
 * left running. Who uses the folder holds a shared lock on `users`; the one that leaves as the last ends the server.
 */
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describeError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { type FileLock, tryLock, underLock } from './file-lock.ts';
import { dataPath, end, type Engine, launch, untilReady } from './launch.ts';
import { freePort } from './port.ts';
import { isRunning, readRecord, type ServerRecord } from './record.ts';

/** A server that runs, and is started again on the same port whenever it dies. */
export interface KeptServer {
  name: string;
  port: number;
  /** Lets go of the server and ends it when nobody else uses it. Calling it twice does no harm. */
  stop: () => Promise<void>;
}

const WATCH_MS = 100;
/** Every so many looks at whether the server runs, one at whether it is well. */
const LOOKS_A_CHECK = 20;
const LOCK_MS = 150_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5000;

/** Puts the data of a server that can do without them aside; of what was put aside before, nothing is kept. */
async function putDataAside(folder: string): Promise<void> {
  const aside = join(folder, 'data-put-aside');
  await rm(aside, { recursive: true, force: true });
  await rename(dataPath(folder), aside);
}

/** Starts the server; one that cannot read its data, and can do without them, starts once more with none. */
async function launchOrForget(engine: Engine, folder: string, port: number, log: Logger): Promise<ServerRecord> {
  try {
    return await launch(engine, folder, port);
  } catch (error) {
    if (!engine.isExpendable) throw error;
    log.warn({ error: describeError(error), folder }, `${engine.name} does not start with its data; it starts empty`);
    await putDataAside(folder);
    return launch(engine, folder, port);
  }
}

/** The server that runs on the folder, when there is one; one that no longer answers is ended. */
async function adopt(engine: Engine, folder: string, log: Logger): Promise<ServerRecord | undefined> {
  const record = await readRecord(folder);
  if (!record || !(await isRunning(record))) return undefined;
  try {
    await untilReady(engine, folder, record);
    return record;
  } catch (error) {
    log.warn({ error: describeError(error) }, `${engine.name} runs but is not well; it is started again`);
    await end(engine, record);
    return undefined;
  }
}

/** Waits, but keeps no process from ending, and ends at once when the signal is given. */
async function pause(ms: number, stopping: AbortSignal): Promise<void> {
  await wait(ms, undefined, { ref: false, signal: stopping }).catch(() => undefined);
}

/** Resolves when the server has died, or the signal is given. One whose storage has failed is ended. */
async function untilGone(engine: Engine, record: ServerRecord, log: Logger, stopping: AbortSignal): Promise<void> {
  for (let looks = 1; !stopping.aborted && (await isRunning(record)); looks += 1) {
    if (looks % LOOKS_A_CHECK === 0 && (await engine.hasFailed?.(record.port))) {
      log.error({ pid: record.pid }, `${engine.name} can read its storage no more: it is ended`);
      await end(engine, record);
    }
    await pause(WATCH_MS, stopping);
  }
}

/** Brings a server that has died back on its port, or adopts what another process has brought back; tries until it works. */
async function revive(engine: Engine, folder: string, port: number, log: Logger, stopping: AbortSignal) {
  for (let nextTryMs = FIRST_PAUSE_MS; !stopping.aborted; nextTryMs = Math.min(nextTryMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await underLock(join(folder, 'lock'), LOCK_MS, async () => {
        if (stopping.aborted) return undefined;
        return (await adopt(engine, folder, log)) ?? launchOrForget(engine, folder, port, log);
      });
    } catch (error) {
      log.error({ error: describeError(error), nextTryMs }, `${engine.name} cannot be started again`);
      await pause(nextTryMs, stopping);
    }
  }
  return undefined;
}

/** Watches over the server until the signal is given. */
async function watch(engine: Engine, folder: string, first: ServerRecord, log: Logger, stopping: AbortSignal) {
  for (let record: ServerRecord | undefined = first; record;) {
    await untilGone(engine, record, log, stopping);
    if (stopping.aborted) return;
    log.warn({ pid: record.pid, port: first.port }, `${engine.name} has died; it is started again`);
    record = await revive(engine, folder, first.port, log, stopping);
    if (record) log.info({ pid: record.pid, port: record.port }, `${engine.name} is back`);
  }
}

/** Gives up our use of the folder and, when it was the last, ends the server. */
function leave(engine: Engine, folder: string, users: FileLock): Promise<void> {
  return underLock(join(folder, 'lock'), LOCK_MS, async () => {
    users.release();
    const last = tryLock(join(folder, 'users'), 'exclusive');
    if (!last) return;
    last.release();
    const record = await readRecord(folder);
    if (record) await end(engine, record);
  });
}

/** Adopts the server of the folder or starts it, and marks the folder as used by us. */
async function enter(engine: Engine, folder: string, log: Logger): Promise<{ users: FileLock; record: ServerRecord }> {
  return underLock(join(folder, 'lock'), LOCK_MS, async () => {
    const users = tryLock(join(folder, 'users'), 'shared');
    if (!users) throw new Error(`${join(folder, 'users')} is locked by something that is not Pantheon.`);
    try {
      const running = await adopt(engine, folder, log);
      if (running) return { users, record: running };
      const port = await freePort((await readRecord(folder))?.port);
      return { users, record: await launchOrForget(engine, folder, port, log) };
    } catch (error) {
      users.release();
      throw error;
    }
  });
}

/** Makes the server of `folder` run, for us and whoever shares the folder, and keeps it so until `stop`. */
export async function keepServer(engine: Engine, folder: string, log: Logger): Promise<KeptServer> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { users, record } = await enter(engine, folder, log);
  const stopping = new AbortController();
  const watching = watch(engine, folder, record, log, stopping.signal);
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    stopping.abort();
    await watching;
    await leave(engine, folder, users);
  };
  return { name: engine.name, port: record.port, stop: () => (stopped ??= stop()) };
}
