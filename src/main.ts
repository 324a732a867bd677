/** The start: configuration, services, everything else, and the end on a signal. */
import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';
import { readConfig } from './config.ts';
import { ConfigError, describeError } from './errors.ts';
import { createLogger, type Logger } from './log.ts';
import { startServices } from './services/services.ts';

/** A stop takes no longer, whatever hangs; what is cut off then is found again at the next start. */
const STOP_WITHIN_MS = 9_500;

async function main(): Promise<void> {
  if (existsSync('.env')) loadEnvFile('.env');
  const config = readConfig(process.env);
  const log = createLogger(config.LOG_LEVEL, process.stdout.isTTY);
  process.on('uncaughtException', (error) => {
    log.error({ error: error.stack ?? error.message }, 'a bug: the process ends; nothing acknowledged is lost');
    process.exitCode = 1;
    setImmediate(() => process.exit());
  });

  // The services start while the rest of the program is loaded.
  const starting = startServices(
    { mongodbUri: config.MONGODB_URI, redisUrl: config.REDIS_URL, dataDir: config.DATA_DIR },
    log,
  );
  starting.catch(() => undefined); // reported where it is awaited
  const [{ createChannels }, { startApp }] = await Promise.all([import('./channels.ts'), import('./app.ts')]);
  let close = async (): Promise<void> => undefined;
  const stop = async () => {
    await close();
    await starting.then(
      (services) => services.stop(),
      () => undefined,
    );
  };
  onSignal(log, async () => {
    await stop();
    log.info({}, 'Pantheon has stopped');
  });

  try {
    const channels = await createChannels(process.env, config, log);
    const app = await startApp(config, channels, await starting, log, (begun) => (close = begun));
    log.info({ model: app.model.model, channels: app.channels }, readyLine(app.url, config.WEB_ACCESS));
    if (app.model.hint) log.info({}, app.model.hint);
  } catch (error) {
    await stop();
    throw error;
  }
}

function readyLine(url: string | undefined, access: string): string {
  if (url === undefined) return 'Pantheon is ready';
  return access === 'off' ? `Pantheon is ready at ${url}` : `Pantheon is ready: chat at ${url}/chat`;
}

/** Stops once, however many signals come. */
function onSignal(log: Logger, stop: () => Promise<void>): void {
  let isStopping = false;
  const cutOff = () => {
    const holding = process.getActiveResourcesInfo();
    log.error({ holding }, 'the stop took too long and is cut off; what ran is taken up at the next start');
    setImmediate(() => process.exit(1));
  };
  const onStop = () => {
    if (isStopping) return;
    isStopping = true;
    setTimeout(cutOff, STOP_WITHIN_MS).unref();
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`The stop did not end well: ${describeError(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', onStop);
  process.on('SIGINT', onStop);
  process.on('SIGHUP', onStop);
}

main().catch((error: unknown) => {
  const text =
    error instanceof ConfigError
      ? error.message
      : `Pantheon could not start. ${error instanceof Error ? error.stack : String(error)}`;
  process.stderr.write(`${text}\n`);
  process.exit(1);
});
