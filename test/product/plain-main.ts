/** The product with the smallest platform as one more channel: a program of its own, so that a test can kill it. */
import { startApp } from '#src/app.ts';
import { createChannels } from '#src/channels.ts';
import { readConfig } from '#src/config.ts';
import { createLogger } from '#src/log.ts';
import { createPlainChannel } from '#test/standins/plain/channel.ts';

const config = readConfig(process.env);
const log = createLogger(config.LOG_LEVEL, false);
const { PLAIN_ORIGIN: origin = '', PLAIN_TOKEN: token = '', MONGODB_URI = '', REDIS_URL = '' } = process.env;
const channels = await createChannels(process.env, config, log);
const plain = createPlainChannel({ origin, token }, { log });
channels.set(plain.name, plain);
const app = await startApp(config, channels, { mongodbUri: MONGODB_URI, redisUrl: REDIS_URL }, log);
process.on('SIGTERM', () => void app.close().then(() => process.exit(0)));
log.info({ channels: app.channels }, `Pantheon is ready at ${app.url}`);
