/** SecantusDB, a server that speaks MongoDB's protocol and can be had from PyPI: for machines without `mongod`. */
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Env } from '../channel.ts';
import type { Logger } from '../log.ts';
import { canInstallPackages, installPackages } from './apt.ts';
import { cacheFolder } from './cache.ts';
import type { Engine } from './launch.ts';
import { mongoGreeting, mongoPanic } from './mongo-greeting.ts';
import { isAnswering } from './port.ts';
import { findOnPath, isProgram, runProgram } from './program.ts';

const VERSION = '0.7.0b3';
const INSTALL_MS = 5 * 60_000;
const PROBE_MS = 15_000;
const HOUR_MS = 60 * 60_000;

/** An interpreter that has the package: a virtual environment's own, or any with the folder on its path. */
interface Interpreter {
  file: string;
  env: Env;
}

/**
 * Without `--sync-on-commit` acknowledged writes are lost in a crash. `--standalone` leaves out the change log of a
 * replica set, which nobody reads here and which costs a third of the speed.
 */
const FLAGS = '-m secantus --host 127.0.0.1 --sync-on-commit --standalone --cache-size 256M --log-level WARNING';

/** Its process outlives the panic of its storage. */
const hasFailed = (port: number): Promise<boolean> => isAnswering(port, mongoPanic);

function engine(python: Interpreter): Engine {
  const args = (port: number, dataFolder: string): string[] => [
    ...FLAGS.split(' '),
    '--port',
    String(port),
    '--storage-path',
    dataFolder,
  ];
  return {
    name: `SecantusDB ${VERSION}`,
    ...python,
    args,
    greeting: mongoGreeting,
    hasFailed,
    patienceMs: 1500,
    isExpendable: false,
  };
}

/** The interpreter of an installation, in whichever of the two ways it was made. */
async function interpreterOf(folder: string, env: Env): Promise<Interpreter | undefined> {
  const own = join(folder, 'bin', 'python3');
  if (await isProgram(own)) return { file: own, env: {} };
  const isInstalled = await stat(join(folder, 'secantus')).then(
    () => true,
    () => false,
  );
  const python = isInstalled ? await findOnPath('python3', env) : undefined;
  return python === undefined ? undefined : { file: python, env: { PYTHONPATH: folder } };
}

/** A Python on this machine, and how it can be given packages of our own. */
interface Installer {
  python: string;
  hasVenv: boolean;
}

/** The Python on `PATH` if it can install something: Debian ships it without either way. */
async function findInstaller(env: Env): Promise<Installer | undefined> {
  const python = await findOnPath('python3', env);
  if (python === undefined) return undefined;
  const can = (...args: string[]): Promise<boolean> =>
    runProgram(python, args, { env, deadlineMs: PROBE_MS }).then(
      () => true,
      () => false,
    );
  if (await can('-c', 'import venv, ensurepip')) return { python, hasVenv: true };
  return (await can('-m', 'pip', '--version')) ? { python, hasVenv: false } : undefined;
}

/** A Python to install with; root on Debian gets one where there is none. */
async function needInstaller(env: Env, log: Logger): Promise<Installer> {
  const found = await findInstaller(env);
  if (found) return found;
  if (await canInstallPackages(env)) {
    await installPackages(['python3', 'python3-venv'], env, log);
    const installed = await findInstaller(env);
    if (installed) return installed;
  }
  throw new Error('SecantusDB needs python3 (3.10 or newer) with venv or pip, which is not on PATH');
}

/** Installs into `folder`: a virtual environment, else a plain folder of packages. */
async function install({ python, hasVenv }: Installer, folder: string, env: Env): Promise<void> {
  const limits = { env, deadlineMs: INSTALL_MS };
  const wanted = ['--quiet', '--disable-pip-version-check', '--no-input', `SecantusDB==${VERSION}`];
  if (hasVenv) await runProgram(python, ['-m', 'venv', folder], limits);
  const [file, target] = hasVenv ? [join(folder, 'bin', 'python3'), []] : [python, ['--target', folder]];
  await runProgram(file, ['-m', 'pip', 'install', ...target, ...wanted], limits);
}

/** Removes what killed installations left; a younger one may still be at work. */
async function removeLeftovers(target: string): Promise<void> {
  for (const name of await readdir(dirname(target))) {
    const path = join(dirname(target), name);
    if (!name.startsWith(`${basename(target)}-`)) continue;
    if (Date.now() - (await stat(path)).mtimeMs > HOUR_MS) await rm(path, { recursive: true, force: true });
  }
}

/** Installs beside `target` and moves the whole into its place, so that a killed installation leaves nothing half. */
async function installAt(target: string, installer: Installer, env: Env): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  await removeLeftovers(target);
  const fresh = await mkdtemp(`${target}-`);
  try {
    await install(installer, fresh, env);
    await rename(fresh, target);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    // Another process may have been faster: a folder that is not empty cannot be renamed over.
    if (!(await interpreterOf(target, env))) throw error;
  }
}

/** SecantusDB from the cache, installed if need be. Throws when it cannot be had. */
export async function secantusDb(env: Env, log: Logger): Promise<Engine> {
  const target = join(cacheFolder(env), `secantusdb-${VERSION}`);
  const cached = await interpreterOf(target, env);
  if (cached) return engine(cached);
  const installer = await needInstaller(env, log);
  log.info({ folder: target }, `installing SecantusDB ${VERSION} (once, about 15 s)`);
  await installAt(target, installer, env);
  const installed = await interpreterOf(target, env);
  if (!installed) throw new Error(`SecantusDB was installed in ${target} but cannot be run`);
  return engine(installed);
}
