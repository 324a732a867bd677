/**
 * A MongoDB on this machine: the `mongod` that is there, a downloaded one, or SecantusDB; the first that works.
 *
 * The two kinds cannot read each other's data. Each has its own folder, and where one holds data the other is never
 * used, whatever has been installed since: history must not seem to have vanished.
 */
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Env } from '../channel.ts';
import { ConfigError, describeError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { downloadedMongod } from './downloaded-mongod.ts';
import { underLock } from './file-lock.ts';
import { type KeptServer, keepServer } from './keep.ts';
import type { Engine } from './launch.ts';
import { installedMongod } from './mongod.ts';
import { secantusDb } from './secantusdb.ts';

/** One way to come to an engine, and the folder under the data folder that its kind of data is in. */
interface Way {
  folder: 'mongod' | 'secantusdb';
  find(env: Env, log: Logger): Promise<Engine | undefined>;
}

const WAYS: Way[] = [
  { folder: 'mongod', find: installedMongod },
  { folder: 'mongod', find: downloadedMongod },
  { folder: 'secantusdb', find: secantusDb },
];

/** Choosing may mean a download and an installation, for which another process waits here. */
const CHOICE_MS = 20 * 60_000;

/** The mark that an engine has worked here: its data is now the history. */
function markPath(dataDir: string, folder: Way['folder']): string {
  return join(dataDir, folder, 'holds-the-data');
}

/** Which kind of data there is, if any. */
async function kindOfData(dataDir: string): Promise<Way['folder'] | undefined> {
  for (const { folder } of WAYS) {
    const isMarked = await stat(markPath(dataDir, folder)).then(
      () => true,
      () => false,
    );
    if (isMarked) return folder;
  }
  return undefined;
}

/** The ways that may be gone, which are those of the kind that holds the data where there is data. */
async function openWays(dataDir: string, env: Env, log: Logger): Promise<Way[]> {
  const kind = await kindOfData(dataDir);
  if (kind === 'secantusdb' && (await installedMongod(env))) {
    log.info({ dataDir }, 'mongod is installed, but the data here is of SecantusDB: going on with SecantusDB');
  }
  return WAYS.filter((way) => kind === undefined || way.folder === kind);
}

/** Starts the engine on its folder and marks the folder as the one that holds the data. */
async function startMarked(engine: Engine, dataDir: string, folder: Way['folder'], log: Logger): Promise<KeptServer> {
  const server = await keepServer(engine, join(dataDir, folder), log);
  try {
    await writeFile(markPath(dataDir, folder), '');
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Tries the ways in their order; undefined when none works, with the reasons added to `reasons`. */
async function firstThatWorks(dataDir: string, env: Env, log: Logger, reasons: string[]) {
  for (const way of await openWays(dataDir, env, log)) {
    try {
      const engine = await way.find(env, log);
      if (engine) return await startMarked(engine, dataDir, way.folder, log);
    } catch (error) {
      reasons.push(describeError(error));
      log.debug({ error: describeError(error) }, 'a way to MongoDB does not work');
    }
  }
  return undefined;
}

/** Makes a MongoDB run whose data is under `dataDir`. Throws `ConfigError` when nothing works. */
export async function startMongodb(dataDir: string, env: Env, log: Logger): Promise<KeptServer> {
  const reasons: string[] = [];
  const server = await underLock(join(dataDir, 'mongodb-choice.lock'), CHOICE_MS, () =>
    firstThatWorks(dataDir, env, log, reasons),
  );
  if (server) return server;
  throw new ConfigError(
    `No MongoDB could be found or started: ${reasons.join('; ')}. Set MONGODB_URI to one that runs.`,
  );
}
