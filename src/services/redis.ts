/** Redis, or its sister Valkey: found on this machine, or installed where that needs no question. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Env } from '../channel.ts';
import { ConfigError, describeError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { canInstallPackages, installPackages } from './apt.ts';
import { type KeptServer, keepServer } from './keep.ts';
import type { Engine } from './launch.ts';
import type { Greeting } from './port.ts';
import { findOnPath } from './program.ts';

/** A server that still reads its file answers `-LOADING`. */
const greeting: Greeting = {
  say: Buffer.from('PING\r\n'),
  isReady: (reply) => reply.toString('latin1').startsWith('+PONG'),
};

/**
 * Redis holds doorbells and live events only and may be wiped at any time; a second of them may be lost in a crash, so
 * it is not asked to wait for the disk. `noeviction`: a queue must fail loudly rather than forget a job.
 */
function redis(file: string, name: string): Engine {
  const flags =
    '--bind 127.0.0.1 --appendonly yes --appendfsync everysec --maxmemory-policy noeviction --loglevel warning';
  const args = (port: number, dataFolder: string): string[] => [
    ...flags.split(' '),
    '--save',
    '',
    '--port',
    String(port),
    '--dir',
    dataFolder,
  ];
  return { name, file, args, greeting, patienceMs: 2000, isExpendable: true };
}

/** The Redis or Valkey on `PATH`. */
async function installedRedis(env: Env): Promise<Engine | undefined> {
  for (const name of ['redis-server', 'valkey-server']) {
    const file = await findOnPath(name, env);
    if (file !== undefined) return redis(file, name);
  }
  return undefined;
}

const INSTALL_COMMANDS: [family: RegExp, command: string][] = [
  [/debian|ubuntu/, 'sudo apt-get install -y redis-server'],
  [/fedora|rhel|centos/, 'sudo dnf install -y valkey'],
  [/alpine/, 'sudo apk add valkey'],
  [/arch/, 'sudo pacman -S valkey'],
  [/suse/, 'sudo zypper install redis'],
  [/darwin/, 'brew install redis'],
];

/** What to type on this system to get Redis. */
async function installCommand(): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const family = [process.platform, ...(release.match(/^ID(_LIKE)?=.*$/gm) ?? [])].join(' ').toLowerCase();
  return INSTALL_COMMANDS.find(([pattern]) => pattern.test(family))?.[1] ?? "your package manager's command for redis";
}

/** Finds Redis, installing it by the system's package manager when that can be used without asking. */
async function findRedis(env: Env, log: Logger): Promise<Engine> {
  const found = await installedRedis(env);
  if (found) return found;
  if (!(await canInstallPackages(env))) throw new Error('neither redis-server nor valkey-server is on PATH');
  await installPackages(['redis-server'], env, log);
  const installed = await installedRedis(env);
  if (!installed) throw new Error('redis-server was installed but is not on PATH');
  return installed;
}

/** Makes a Redis run whose file is under `dataDir`. Throws `ConfigError` with the command to type when it cannot. */
export async function startRedis(dataDir: string, env: Env, log: Logger): Promise<KeptServer> {
  try {
    return await keepServer(await findRedis(env, log), join(dataDir, 'redis'), log);
  } catch (error) {
    const remedy = `Install Redis (${await installCommand()}) or set REDIS_URL to one that runs.`;
    throw new ConfigError(`Redis cannot be started: ${describeError(error)}. ${remedy}`, error);
  }
}
