/** MongoDB's own server, as an engine for a data folder. */
import type { Env } from '../channel.ts';
import type { Engine } from './launch.ts';
import { mongoGreeting } from './mongo-greeting.ts';
import { findOnPath } from './program.ts';

const FLAGS =
  '--bind_ip 127.0.0.1 --nounixsocket --quiet --wiredTigerCacheSizeGB 0.25 --setParameter diagnosticDataCollectionEnabled=false';

/** The engine around a `mongod`, wherever it came from; for loopback only. */
export function mongod(file: string): Engine {
  const args = (port: number, dataFolder: string): string[] => [
    ...FLAGS.split(' '),
    '--port',
    String(port),
    '--dbpath',
    dataFolder,
  ];
  return { name: 'mongod', file, args, greeting: mongoGreeting, patienceMs: 5000, isExpendable: false };
}

/** The `mongod` that this machine has on `PATH`. */
export async function installedMongod(env: Env): Promise<Engine | undefined> {
  const file = await findOnPath('mongod', env);
  return file === undefined ? undefined : mongod(file);
}
