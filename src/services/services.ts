/** Finding or starting the two services that Pantheon stands on (interface.md, Services). */
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Env } from '../channel.ts';
import { ConfigError, describeError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { KeptServer } from './keep.ts';
import { startMongodb } from './mongodb.ts';
import { startRedis } from './redis.ts';

/** What is given, and where what we start keeps its data. `env` tells where programs and the user's cache are. */
export interface ServicesOptions {
  mongodbUri?: string | undefined;
  redisUrl?: string | undefined;
  dataDir: string;
  env?: Env;
}

/** The services in use. Started ones are kept running until `stop`. */
export interface Services {
  mongodbUri: string;
  redisUrl: string;
  /** A few words on each for people, without passwords. */
  describe: { mongodb: string; redis: string };
  /** Ends what was started, unless another process uses the same data folder. Calling it twice does no harm. */
  stop: () => Promise<void>;
}

/** One of the two: where it is reached, and how it is let go. */
interface Service {
  address: string;
  description: string;
  stop: () => Promise<void>;
}

/** A service that is given: not ours to look after. It is not tried here either; its client says what is wrong. */
function given(address: string, variable: string): Service {
  return { address, description: `given by ${variable}`, stop: () => Promise.resolve() };
}

/** A service that we keep running ourselves. */
function started(server: KeptServer, address: string): Service {
  return { address, description: `${server.name} on port ${server.port}`, stop: server.stop };
}

async function mongodbService(options: ServicesOptions, dataDir: string, env: Env, log: Logger): Promise<Service> {
  if (options.mongodbUri) return given(options.mongodbUri, 'MONGODB_URI');
  const server = await startMongodb(dataDir, env, log);
  return started(server, `mongodb://127.0.0.1:${server.port}/pantheon?directConnection=true`);
}

async function redisService(options: ServicesOptions, dataDir: string, env: Env, log: Logger): Promise<Service> {
  if (options.redisUrl) return given(options.redisUrl, 'REDIS_URL');
  const server = await startRedis(dataDir, env, log);
  return started(server, `redis://127.0.0.1:${server.port}`);
}

/** Makes the folder for what we start, unless all is given. */
async function makeDataDir(options: ServicesOptions): Promise<string> {
  const dataDir = resolve(options.dataDir);
  if (options.mongodbUri && options.redisUrl) return dataDir;
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    return dataDir;
  } catch (error) {
    throw new ConfigError(`DATA_DIR: ${dataDir} cannot be made: ${describeError(error)}`, error);
  }
}

/**
 * Finds or starts MongoDB and Redis, side by side, and resolves when both answer.
 *
 * May be called by any number of processes on one data folder: they share the servers. Takes over what a killed
 * process has left running. Throws `ConfigError` that says what to do for each service that cannot be had, and leaves
 * nothing running then.
 */
export async function startServices(options: ServicesOptions, log: Logger): Promise<Services> {
  const env = options.env ?? process.env;
  const dataDir = await makeDataDir(options);
  const outcomes = await Promise.allSettled([
    mongodbService(options, dataDir, env, log),
    redisService(options, dataDir, env, log),
  ]);
  const [mongodb, redis] = outcomes;
  const stop = async (): Promise<void> => {
    const running = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    await Promise.all(running.map(({ value }) => value.stop()));
  };
  if (mongodb.status === 'rejected' || redis.status === 'rejected') {
    await stop();
    const reasons = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason as unknown);
    throw new ConfigError(reasons.map(describeError).join('\n'), reasons[0]);
  }
  const describe = { mongodb: mongodb.value.description, redis: redis.value.description };
  log.info(describe, 'services are ready');
  return { mongodbUri: mongodb.value.address, redisUrl: redis.value.address, describe, stop };
}
