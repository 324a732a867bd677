/**
 * Locks between processes that the operating system lets go of when their owner dies, `kill -9` included.
 *
 * A lock file with a process id in it goes stale, and taking a stale one over is a race. Node has no `flock`, but its
 * SQLite takes exactly such locks on an empty file: any number of readers, or one writer.
 */
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';

/** A lock that is held. Releasing it twice does no harm. */
export interface FileLock {
  release(): void;
}

export type LockKind = 'shared' | 'exclusive';

const SQLITE_BUSY = 5;
const POLL_MS = 20;

const STATEMENTS: Record<LockKind, string> = {
  shared: 'BEGIN; SELECT 1 FROM sqlite_schema',
  exclusive: 'BEGIN EXCLUSIVE',
};

/** Takes the lock on `path` if it is free; the file is made when it is not there. */
export function tryLock(path: string, kind: LockKind): FileLock | undefined {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec(STATEMENTS[kind]);
  } catch (error) {
    database.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return undefined;
    throw error;
  }
  return {
    release: () => {
      if (database.isOpen) database.close();
    },
  };
}

/** Takes the lock on `path`, and waits for it up to `deadlineMs`. */
async function lock(path: string, kind: LockKind, deadlineMs: number): Promise<FileLock> {
  const until = Date.now() + deadlineMs;
  for (;;) {
    const taken = tryLock(path, kind);
    if (taken) return taken;
    if (Date.now() > until) throw new Error(`Another process has held ${path} for ${deadlineMs / 1000} s.`);
    await wait(POLL_MS);
  }
}

/** Does `work` while no other process, and nobody else in this one, does work under the same path. */
export async function underLock<T>(path: string, deadlineMs: number, work: () => Promise<T>): Promise<T> {
  const held = await lock(path, 'exclusive', deadlineMs);
  try {
    return await work();
  } finally {
    held.release();
  }
}
