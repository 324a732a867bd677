/** Debian's package manager, for the case that it may be used without asking: we are root. */
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Env } from '../channel.ts';
import type { Logger } from '../log.ts';
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

/** Installs packages without starting their services; asks for new lists only when the present ones do not do. */
export async function installPackages(packages: string[], env: Env, log: Logger): Promise<void> {
  log.info({ packages }, 'installing system packages by apt-get');
  const quiet = await makeQuietFolder();
  const limits = { env: { ...env, DEBIAN_FRONTEND: 'noninteractive' }, deadlineMs: DEADLINE_MS };
  const options = ['-o', `DPkg::Path=${quiet}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`];
  const command = [
    ...options,
    '-o',
    'DPkg::Lock::Timeout=120',
    'install',
    '-y',
    '--no-install-recommends',
    ...packages,
  ];
  try {
    await runProgram('apt-get', command, limits).catch(async () => {
      await runProgram('apt-get', ['update'], limits);
      await runProgram('apt-get', command, limits);
    });
  } finally {
    await rm(quiet, { recursive: true, force: true });
  }
}
