/** The browser's profile on disk: two browsers that have one at once break the session in it. */
import { readFile, readlink, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** What Chromium leaves behind when it is killed, and then takes for a browser that still has the profile. */
const LOCKS = ['SingletonLock', 'SingletonCookie', 'SingletonSocket'];
const LOOK_MS = 50;
/** A browser that was told to close is gone in this time, and so is its child, which kills it otherwise. */
const CLOSE_MS = 5_000;
/** One whose child is gone hears of that and closes within 105 ms (measured), or it hangs. */
const ORPHAN_MS = 1_500;
/** A killed browser is gone in this time, however busy the machine. */
const KILL_MS = 2_000;

/**
 * Waits for a browser of an earlier life that still has the profile, and kills it if it stays: it hangs, or nobody is
 * left to close it. Then takes its locks away. A process that is not a browser of this profile is left alone.
 */
export async function freeProfile(profile: string, closeMs = CLOSE_MS): Promise<void> {
  const owner = await ownerOf(profile);
  if (owner !== undefined) {
    const patienceMs = (await isOrphan(owner)) ? Math.min(ORPHAN_MS, closeMs) : closeMs;
    if (!(await isGone(owner, profile, patienceMs))) await kill(owner, profile);
  }
  await Promise.all(LOCKS.map((name) => rm(join(profile, name), { force: true })));
}

/** The lock is a link to `HOST-PID`: https://source.chromium.org (process_singleton_posix.cc). */
async function ownerOf(profile: string): Promise<number | undefined> {
  const lock = await readlink(join(profile, 'SingletonLock')).catch(() => ''); // Nobody has it.
  const [, host, pid] = /^(.*)-(\d+)$/.exec(lock) ?? [];
  return host === hostname() ? Number(pid) : undefined;
}

/** Whether the child that started it is gone; where nothing tells, it may be there. */
async function isOrphan(owner: number): Promise<boolean> {
  if (!isLinux) return false;
  const stat = await readFile(`/proc/${owner}/stat`, 'utf8').catch(() => ''); // There is none.
  const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const command = await readFile(`/proc/${parent}/cmdline`, 'utf8').catch(() => ''); // It went just now.
  return !command.includes(process.argv[1] ?? '');
}

/** Whether it is gone, in this time. */
async function isGone(owner: number, profile: string, withinMs: number): Promise<boolean> {
  for (const until = Date.now() + withinMs; await hasProfile(owner, profile);) {
    if (Date.now() > until) return false;
    await wait(LOOK_MS);
  }
  return true;
}

async function kill(owner: number, profile: string): Promise<void> {
  if (!isLinux) return; // It may be anything.
  try {
    process.kill(owner, 'SIGKILL');
  } catch {
    return; // It went just now.
  }
  await isGone(owner, profile, KILL_MS);
}

const isLinux = process.platform === 'linux';

/** Whether this process is a browser of the profile. Where nothing tells what a process is, whether there is one. */
async function hasProfile(pid: number, profile: string): Promise<boolean> {
  if (isLinux) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''); // There is none.
    return command.includes(`--user-data-dir=${profile}`);
  }
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
