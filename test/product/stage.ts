/** All that a test of the product needs: Telegram, a model, a database of its own, and any number of processes. */
import type { TestContext } from 'node:test';
import { startModel, type ModelStandin } from '#test/standins/model/index.ts';
import { startTelegram, type TelegramStandin } from '#test/standins/telegram/index.ts';
import { type Admin, ADMIN_KEY, ADMIN_SECRET, createAdmin } from './admin.ts';
import { checkAnswers, watchAnswers } from './conformance.ts';
import { type Database, databaseUri, openDatabase } from './database.ts';
import { type Product, startProduct } from './product.ts';
import { type Addresses, makeDataDir, removeDataDir, sharedServices } from './services.ts';

export interface Stage {
  telegram: TelegramStandin;
  model: ModelStandin;
  database: Database;
  /** Speaks to the process that was started last and still runs. */
  admin: Admin;
  /** Starts one more process; `env` is added to the stage's. Ended with the test. */
  start(env?: Record<string, string>): Promise<Product>;
  running(): Product[];
}

/** What a stage may have otherwise than usual. */
export interface StageOptions {
  services?: Addresses;
  /** The way to the services that the product is given, where that is not the straight one. */
  via?: Partial<Record<keyof Addresses, (address: string) => string>>;
  env?: Record<string, string>;
  /** The file that is run, where it is not the product as everybody runs it. */
  program?: string;
  /** The product finds the services by itself, on `DATA_DIR`. */
  isEmbedded?: boolean;
}

/** Rates that are not what is tested do not slow a test down. */
const UNHURRIED = {
  TELEGRAM_SEND_RATE: '1000',
  TELEGRAM_CHAT_RATE: '100',
  PERSON_RATE: '1000',
  DAILY_TURNS: '100000',
  PERSON_DAILY_TURNS: '10000',
  REPLY_WAIT_MS: '0',
  MODEL_CONCURRENCY: '50',
  WEB_ACCESS: 'off',
};

/**
 * Makes the stage; no process runs yet. All is taken down after the test, which fails if an answer was not as
 * `/openapi.json` has it.
 */
export async function openStage(t: TestContext, options: StageOptions = {}): Promise<Stage> {
  const { services, via = {}, env = {}, isEmbedded = false, program } = options;
  const [{ mongodbUri, redisUrl }, telegram, model, cwd] = await Promise.all([
    services ?? sharedServices(),
    startTelegram(),
    startModel(),
    makeDataDir(),
  ]);
  const uri = isEmbedded ? mongodbUri : databaseUri(mongodbUri);
  const database = await openDatabase(uri);
  const products: Product[] = [];
  const starts: Promise<void>[] = [];
  t.after(async () => {
    await Promise.all(starts); // one that still starts is ended, too
    await Promise.all(products.filter((product) => product.isRunning()).map((product) => product.kill('SIGKILL')));
    await Promise.all([database.close(), telegram.stop(), model.stop(), removeDataDir(cwd)]);
    checkAnswers();
  });
  const environment = {
    ...UNHURRIED,
    ...(isEmbedded
      ? {}
      : { MONGODB_URI: via.mongodbUri?.(uri) ?? uri, REDIS_URL: via.redisUrl?.(redisUrl) ?? redisUrl }),
    DATA_DIR: cwd,
    ADMIN_KEY,
    ADMIN_SECRET,
    TELEGRAM_BOT_TOKEN: telegram.token,
    TELEGRAM_API_ROOT: telegram.apiRoot,
    OPENAI_BASE_URL: model.url,
    MODEL: 'openai/standin-model',
    ...env,
  };
  const running = (): Product[] => products.filter((product) => product.isRunning());
  return {
    running,
    telegram,
    model,
    database,
    admin: createAdmin(() => running().at(-1)?.url ?? ''),
    async start(more = {}) {
      const starting = startProduct({ ...environment, ...more }, cwd, program);
      const note = (product: Product) => void products.push(product);
      starts.push(starting.then(note, () => undefined)); // whoever asked for it hears of a failure
      const product = await starting;
      if (product.url) await watchAnswers(product.url);
      return product;
    },
  };
}
