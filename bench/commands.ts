/** Commands to MongoDB and Redis per answered message, counted where they leave us. */
import { Redis } from 'ioredis';
import type { User } from 'grammy/types';
import { startApp } from '#src/app.ts';
import { createChannels } from '#src/channels.ts';
import { readConfig } from '#src/config.ts';
import { createLogger } from '#src/log.ts';
import mongoose from 'mongoose';
import { audibleUri } from '#test/product/database.ts';
import type { TelegramStandin } from '#test/standins/telegram/index.ts';
import { ask, talk } from './crowd.ts';

export interface CommandCounts {
  mongo: { known: number; newcomer: number; load: number };
  redis: number;
}

const MESSAGES = 50;
const LOAD_MS = 5_000;

/** Runs the product in this process, so that both drivers' commands can be counted. */
export async function countCommands(
  services: { mongodbUri: string; redisUrl: string },
  env: Record<string, string>,
  telegram: TelegramStandin,
  known: User,
  crowd: User[],
): Promise<CommandCounts> {
  const counted = countEverything();
  const log = createLogger('error', false);
  const config = readConfig({ ...env, PORT: '0' });
  const heard = { ...services, mongodbUri: audibleUri(services.mongodbUri) };
  const app = await startApp(config, await createChannels(env, config, log), heard, log);
  try {
    await ask(telegram, known, 'Are you there?');
    const knownPer = await perMessage(counted, MESSAGES, (n) => ask(telegram, known, `Question ${n}`));
    const newcomers = Array.from({ length: MESSAGES }, (_, n) => telegram.person({ first_name: `Newcomer ${n}` }));
    const newPer = await perMessage(counted, MESSAGES, (n) => ask(telegram, newcomers[n] ?? known, 'Hello'));
    const before = counted.mongo;
    const perSecond = await talk(telegram, crowd, LOAD_MS);
    const load = (counted.mongo - before) / ((perSecond * LOAD_MS) / 1000);
    return { mongo: { known: knownPer.mongo, newcomer: newPer.mongo, load }, redis: knownPer.redis };
  } finally {
    await app.close();
  }
}

async function perMessage(
  counted: { mongo: number; redis: number },
  count: number,
  say: (n: number) => Promise<number>,
) {
  const before = { ...counted };
  for (let n = 0; n < count; n += 1) await say(n);
  return { mongo: (counted.mongo - before.mongo) / count, redis: (counted.redis - before.redis) / count };
}

/** Counts from here on. MongoDB's by its driver's monitor; ioredis has none, so its one way out is counted. */
function countEverything(): { mongo: number; redis: number } {
  const counted = { mongo: 0, redis: 0 };
  const { createConnection } = mongoose;
  mongoose.createConnection = (...args: Parameters<typeof createConnection>) => {
    const connection = createConnection.apply(mongoose, args);
    void connection.asPromise().then(() => {
      connection.getClient().on('commandStarted', () => (counted.mongo += 1));
    });
    return connection;
  };
  // oxlint-disable-next-line typescript/unbound-method -- called with its own `this` below
  const { sendCommand } = Redis.prototype;
  Redis.prototype.sendCommand = function count(this: Redis, ...args: Parameters<typeof sendCommand>) {
    counted.redis += 1;
    return sendCommand.apply(this, args);
  };
  return counted;
}
