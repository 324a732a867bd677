/** Debian's package manager, for the case that it may be used without asking: we are root. */
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Env } from '../channel.ts';
import type { Logger } from '../log.ts';
import { cacheFolder } from './cache.ts';
import { underLock } from './file-lock.ts';
import { findOnPath, runProgram } from './program.ts';

const DEADLINE_MS = 4 * 60_000;

/** What packages start their services by, now and at the next boot. */
const SERVICE_PROGRAMS = ['invoke-rc.d', 'deb-systemd-invoke', 'deb-systemd-helper', 'update-rc.d', 'systemctl'];

/** Whether packages can be installed without asking anybody. */
export async function canInstallPackages(env: Env): Promise<boolean> {
  return process.getuid?.() === 0 && (await findOnPath('apt-get', env)) !== undefined;
}

/**
 * A folder in which those programs do nothing, to be put first on the path of the packages' own scripts.
 *
 * Unlike a policy file under /usr/sbin it changes nothing on the system that could stay behind if we were killed.
 */
async function makeQuietFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pantheon-apt-'));
  for (const name of SERVICE_PROGRAMS) {
    await symlink('/bin/true', join(folder, name));
  }
  return folder;
}

/** One `apt-get install`; new package lists are fetched only when the present ones do not do. */
async function aptInstall(packages: string[], quiet: string, env: Env): Promise<void> {
  const limits = { env: { ...env, DEBIAN_FRONTEND: 'noninteractive' }, deadlineMs: DEADLINE_MS };
  const path = `DPkg::Path=${quiet}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`;
  const options = ['-o', path, '-o', 'DPkg::Lock::Timeout=120', '--no-install-recommends'];
  const install = (): Promise<string> => runProgram('apt-get', ['install', '-y', ...options, ...packages], limits);
  await install().catch(async () => {
    await runProgram('apt-get', ['update'], limits);
    await install();
  });
}

/** Installs packages without starting their services. One call at a time, as apt-get itself insists. */
export async function installPackages(packages: string[], env: Env, log: Logger): Promise<void> {
  log.info({ packages }, 'installing system packages by apt-get');
  await mkdir(cacheFolder(env), { recursive: true });
  await underLock(join(cacheFolder(env), 'apt.lock'), 3 * DEADLINE_MS, async () => {
    const quiet = await makeQuietFolder();
    try {
      await aptInstall(packages, quiet, env);
    } finally {
      await rm(quiet, { recursive: true, force: true });
    }
  });
}
