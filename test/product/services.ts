/** MongoDB and Redis for tests: the suite's own, or, where a file is run alone, some of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { createLogger } from '#src/log.ts';
import { readRecord } from '#src/services/record.ts';
import { type Services, startServices } from '#src/services/services.ts';

const log = createLogger('warn', true);

/** Where the two are. */
export interface Addresses {
  mongodbUri: string;
  redisUrl: string;
}

let shared: Promise<Addresses> | undefined;
const ends: (() => Promise<unknown>)[] = [];
after(async () => {
  for (const end of ends.toReversed()) await end();
});

/** Does it at the end of the file, the latest first. A product that a test has not ended yet would start a server again. */
export function atEnd(end: () => Promise<unknown>): void {
  ends.push(end);
}

/** Those that the runner has started; a file that is run alone starts some, and stops them at its end. */
export function sharedServices(): Promise<Addresses> {
  shared ??= find();
  return shared;
}

async function find(): Promise<Addresses> {
  const { TEST_MONGODB_URI: mongodbUri, TEST_REDIS_URL: redisUrl } = process.env;
  if (mongodbUri && redisUrl) return { mongodbUri, redisUrl };
  const dataDir = await makeDataDir();
  const services = await startServices({ mongodbUri, redisUrl, dataDir }, log);
  atEnd(async () => {
    await services.stop();
    await removeDataDir(dataDir);
  });
  return services;
}

/** Services of one test alone, which it may freeze and kill. */
export interface OwnServices extends Services {
  dataDir: string;
  /** Sends a signal to a server, as it runs now. */
  signal(of: ServiceName, signal: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): Promise<void>;
}

export type ServiceName = 'mongodb' | 'redis';

/** Starts services on a data folder of their own, or on the given one. After `stop` they go on for whoever else uses the folder. */
export async function ownServices(folder?: string): Promise<OwnServices> {
  const dataDir = folder ?? (await makeDataDir());
  const services = await startServices({ dataDir }, log);
  const signal: OwnServices['signal'] = async (of, name) => void process.kill(await servicePid(dataDir, of), name);
  atEnd(async () => {
    await services.stop();
    // A killed product has left them running.
    await Promise.all((['mongodb', 'redis'] as const).map((of) => signal(of, 'SIGKILL').catch(() => undefined)));
    if (folder === undefined) await removeDataDir(dataDir);
  });
  return { ...services, dataDir, signal };
}

async function servicePid(dataDir: string, of: ServiceName): Promise<number> {
  const folders = of === 'redis' ? ['redis'] : ['mongod', 'secantusdb'];
  for (const folder of folders) {
    const record = await readRecord(join(dataDir, folder));
    if (record) return record.pid;
  }
  throw new Error(`No ${of} runs on ${dataDir}.`);
}

/** An empty data folder. */
export function makeDataDir(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'pantheon-fault-'));
}

/** Removes a data folder; a server that is just ending may still write to it. */
export function removeDataDir(dataDir: string): Promise<void> {
  return rm(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}
