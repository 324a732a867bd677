/** `npm run bench`: what the product costs on this machine, measured from outside on a database that is in use. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEFAULT_INSTRUCTIONS, writePrompt } from '#src/agent/prompt.ts';
import { createLogger } from '#src/log.ts';
import { startServices } from '#src/services/services.ts';
import { createStore } from '#src/store/store.ts';
import { startModel } from '#test/standins/model/index.ts';
import { startTelegram, type TelegramStandin } from '#test/standins/telegram/index.ts';
import { countCommands } from './commands.ts';
import { ask, askAtOnce, percentile, talk } from './crowd.ts';
import { startNetworks } from './networks.ts';
import { startProduct } from './product.ts';
import { measureReads } from './reads.ts';
import { FIRST_PERSON, seed } from './seed.ts';

const PORT = 3987;
const [PEOPLE, MESSAGES] = [2_000, 20_000];
const TALK_MS = 15_000;
const KEYS = { ADMIN_KEY: 'bench-admin-key', ADMIN_SECRET: 'bench-admin-secret-0123456789', RATE_LIMIT: '1000000' };

/** What is asked for: at most, or at least. */
const ASKED: Record<string, string> = {
  readyMs: '≤ 3000',
  readyWithAllAppsMs: '≤ 3000',
  idleMb: '≤ 190',
  afterThousandMb: '≤ 230',
  afterThreeThousandMb: '≤ 240',
  answerP50Ms: '≤ 50',
  fiftyAtOnceMs: '≤ 1500',
  answersPerSecond: '≥ 40',
  recoveryMs: '≤ 8000',
  'mongoCommandsPerMessage.known': '≤ 13',
  'mongoCommandsPerMessage.newcomer': '≤ 17',
  'mongoCommandsPerMessage.load': '≤ 11',
  promptTokens: '≤ 500',
};

const log = createLogger('warn', true);
const dataDir = await mkdtemp(join(tmpdir(), 'pantheon-bench-'));
const telegram = await startTelegram();
const model = await startModel();
model.reply = () => 'A short and instant answer.';
const env: Record<string, string> = {
  DATA_DIR: dataDir,
  TELEGRAM_BOT_TOKEN: telegram.token,
  TELEGRAM_API_ROOT: telegram.apiRoot,
  // The platform's own limits would be measured, not ours.
  TELEGRAM_SEND_RATE: '10000',
  TELEGRAM_CHAT_RATE: '10000',
  LOCAL_MODEL_URL: model.url,
  MODEL: 'local/bench',
  MODEL_CONCURRENCY: '64',
  DAILY_TURNS: '1000000',
  PERSON_DAILY_TURNS: '1000000',
  PERSON_RATE: '100000',
  REPLY_WAIT_MS: '0',
};

try {
  const results = await measure();
  print(results);
  const file = fileURLToPath(new URL('results.json', import.meta.url));
  await writeFile(file, `${JSON.stringify(results, null, 2)}\n`);
} finally {
  await telegram.stop();
  await model.stop();
  await rm(dataDir, { recursive: true, force: true });
}

async function measure(): Promise<Record<string, unknown>> {
  say(`Seeding ${MESSAGES} messages of ${PEOPLE} people`);
  await withServices(async (services) => {
    const store = await createStore({ uri: services.mongodbUri, log });
    await seed(store, String(telegram.botId), PEOPLE, MESSAGES);
    await store.close();
  });
  const crowd = people(telegram, 200);
  const outside = await measureFromOutside(crowd);
  const withAllApps = await measureStartWithAllApps();
  const reads = await measureReadsFromOutside();
  say('Counting commands');
  const counts = await withServices((services) =>
    countCommands(services, env, telegram, crowd[0] ?? telegram.person({}), crowd.slice(0, 50)),
  );
  return {
    ...outside,
    ...withAllApps,
    mongoCommandsPerMessage: rounded(counts.mongo),
    redisCommandsPerMessage: round(counts.redis),
    ...reads,
    promptTokens: promptTokens(),
    node: process.version,
    measuredAt: new Date().toISOString(),
  };
}

/** Starts, talks, kills: everything that a user or an operator would notice. */
async function measureFromOutside(crowd: ReturnType<typeof people>): Promise<Record<string, number>> {
  say('Starting');
  const first = await startProduct(PORT, env);
  await first.stop();
  const product = await startProduct(PORT, env);
  const [one = telegram.person({})] = crowd;
  const idleMb = await product.memoryMb();
  say('One person');
  for (let n = 0; n < 20; n += 1) await ask(telegram, one, `Warming up ${n}`);
  const single: number[] = [];
  for (let n = 0; n < 200; n += 1) single.push(await ask(telegram, one, `Question ${n}`));
  say('Fifty at once');
  const fifty = await askAtOnce(telegram, crowd.slice(0, 50), 'All together now');
  say('Up to a thousand, then three thousand messages');
  const untilThousand = await talkUntil(1_000, crowd);
  const afterThousandMb = await product.memoryMb();
  await talkUntil(3_000, crowd);
  const afterThreeThousandMb = await product.memoryMb();
  say('Two hundred people in a loop');
  const answersPerSecond = await talk(telegram, crowd, TALK_MS);
  const fiftyPerSecond = await talk(telegram, crowd.slice(0, 50), TALK_MS / 3);
  say('kill -9, and again');
  const asked = crowd.slice(0, 50).map((person) => ask(telegram, person, 'Are you still there?'));
  await product.kill();
  const since = performance.now();
  const again = await startProduct(PORT, env);
  await Promise.all(asked);
  const recoveryMs = performance.now() - since;
  await again.stop();
  return rounded({
    readyMs: product.readyMs,
    idleMb,
    afterThousandMb,
    afterThreeThousandMb,
    answerP50Ms: percentile(single, 0.5),
    answerP99Ms: percentile(single, 0.99),
    fiftyP50Ms: percentile(fifty, 0.5),
    fiftyAtOnceMs: Math.max(...fifty),
    answersPerSecond,
    answersPerSecondOfFifty: fiftyPerSecond,
    answersPerSecondToAThousand: untilThousand,
    recoveryMs,
  });
}

/** The second start with every app configured, as the first has filled Node's cache and made WhatsApp's folder. */
async function measureStartWithAllApps(): Promise<Record<string, number>> {
  say('Starting with every app');
  const networks = await startNetworks();
  try {
    const all = { ...env, ...networks.env };
    const first = await startProduct(PORT, all);
    await first.stop();
    const product = await startProduct(PORT, all);
    const memoryMb = await product.memoryMb();
    await product.stop();
    return rounded({ readyWithAllAppsMs: product.readyMs, idleWithAllAppsMb: memoryMb });
  } finally {
    await networks.stop();
  }
}

/** In a database of its own, on the services of the product that runs. */
async function measureReadsFromOutside(): Promise<Record<string, unknown>> {
  say('Reading, with up to 100,000 conversations of one person');
  return withServices(async ({ mongodbUri, redisUrl }) => {
    const uri = new URL(mongodbUri);
    uri.pathname = '/reads';
    const product = await startProduct(PORT, { ...env, MONGODB_URI: uri.href, REDIS_URL: redisUrl, ...KEYS });
    const store = await createStore({ uri: uri.href, log });
    const headers = { apiKey: KEYS.ADMIN_KEY, secret: KEYS.ADMIN_SECRET };
    const get = async (path: string, init?: RequestInit) => {
      const response = await fetch(`${product.url}${path}`, init);
      if (!response.ok) throw new Error(`GET ${path} was answered by ${response.status}`);
      await response.arrayBuffer();
    };
    const { list, all, historyOfHundred, withoutMongo } = await measureReads(store, get, (path) =>
      get(path, { headers }),
    );
    await store.close();
    await product.stop();
    return {
      listP50Ms: list,
      listOfAllP50Ms: all,
      historyP50Ms: historyOfHundred,
      readWithoutMongoP50Ms: withoutMongo,
    };
  });
}

async function talkUntil(total: number, crowd: ReturnType<typeof people>): Promise<number> {
  const [from, since] = [telegram.sent.length, performance.now()];
  while (telegram.sent.length < total) await askAtOnce(telegram, crowd.slice(0, 50), 'And another one');
  return ((telegram.sent.length - from) * 1000) / (performance.now() - since);
}

function people(standin: TelegramStandin, count: number) {
  return Array.from({ length: count }, (_, n) =>
    standin.person({ id: FIRST_PERSON + n, first_name: `Person ${FIRST_PERSON + n}` }),
  );
}

async function withServices<T>(work: (services: { mongodbUri: string; redisUrl: string }) => Promise<T>): Promise<T> {
  const services = await startServices({ dataDir }, log);
  try {
    return await work(services);
  } finally {
    await services.stop();
  }
}

function promptTokens(): number {
  const prompt = writePrompt({
    agent: { name: 'Pantheon', instructions: DEFAULT_INSTRUCTIONS },
    entries: [{ role: 'user', text: 'hello' }],
    newCount: 1,
    place: { channel: 'telegram', kind: 'direct' },
  });
  return Math.ceil(JSON.stringify(prompt).length / 4);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function rounded<T extends Record<string, number>>(values: T): T {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, round(value)])) as T;
}

function print(results: Record<string, unknown>): void {
  const rows = Object.entries(results).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).map(([inner, innerValue]) => [`${name}.${inner}`, innerValue] as const)
      : [[name, value] as const],
  );
  for (const [name, value] of rows)
    console.log(`${name.padEnd(34)} ${String(value).padStart(12)}   ${ASKED[name] ?? ''}`);
}

function say(step: string): void {
  console.log(`… ${step}`);
}
