/** `npm run doctor`: what is configured, what of it works, and the one thing to do about what does not. */
import { access, constants, mkdir } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { createAgent } from './agent/create.ts';
import { DEFAULT_INSTRUCTIONS } from './agent/prompt.ts';
import { createChannels } from './channels.ts';
import type { Channel } from './channel.ts';
import type { Config } from './config.ts';
import { describeError, RateLimitedError } from './errors.ts';
import type { Logger } from './log.ts';
import { connectRedis, evictionPolicy } from './queue/redis.ts';
import type { Services } from './services/services.ts';
import { createStore } from './store/store.ts';
import { createTerminalLog, formatTable, openServices, readTerminalConfig, runCommand } from './terminal.ts';

/** One line of the table. `todo`: what to do about it; empty when it is well. */
interface Finding {
  what: string;
  how: string;
  todo: string;
  isBroken: boolean;
}

const PATIENCE_MS = 15_000;

await runCommand(async () => {
  const config = readTerminalConfig();
  const log = createTerminalLog();
  const findings = [
    ...(await checkDataDir(config)),
    ...(await checkServices(config, log)),
    await checkModel(config, log),
    ...(await checkChannels(config, log)),
  ];
  const rows = findings.map(({ what, how, todo, isBroken }) => [isBroken ? '✗' : todo ? '!' : '✓', what, how, todo]);
  console.log(formatTable([['', 'WHAT', 'STATE', 'TO DO'], ...rows]));
  return findings.some(({ isBroken }) => isBroken) ? 1 : 0;
});

function well(what: string, how: string): Finding {
  return { what, how, todo: '', isBroken: false };
}

function broken(what: string, how: string, todo: string): Finding {
  return { what, how, todo, isBroken: true };
}

/** Runs a check within its time; what it throws becomes a finding. */
async function check(what: string, todo: string, work: (signal: AbortSignal) => Promise<Finding>): Promise<Finding> {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const silence = setTimeout(PATIENCE_MS, undefined, { ref: false }).then(() => broken(what, 'no answer', todo));
  try {
    return await Promise.race([work(patience), silence]);
  } catch (error) {
    return broken(what, describeError(error), todo);
  }
}

/** Nothing of ours lies there when both services are given. */
async function checkDataDir({ DATA_DIR, MONGODB_URI, REDIS_URL }: Config): Promise<Finding[]> {
  if (MONGODB_URI && REDIS_URL) return [];
  const finding = await check(
    'DATA_DIR',
    `Make ${DATA_DIR} writable, or set DATA_DIR to a folder that is.`,
    async () => {
      await mkdir(DATA_DIR, { recursive: true });
      await access(DATA_DIR, constants.W_OK);
      return well('DATA_DIR', DATA_DIR);
    },
  );
  return [finding];
}

/** MongoDB and Redis, found or started as the product does it, and left as they were. */
async function checkServices(config: Config, log: Logger): Promise<Finding[]> {
  let services: Services;
  try {
    services = await openServices(config, log);
  } catch (error) {
    return [broken('services', describeError(error), 'Set MONGODB_URI and REDIS_URL, or install what is named.')];
  }
  try {
    return await Promise.all([checkMongodb(services, log), checkRedis(services, log)]);
  } finally {
    await services.stop();
  }
}

function checkMongodb({ mongodbUri, describe }: Services, log: Logger): Promise<Finding> {
  return check('MongoDB', 'Start it, or set MONGODB_URI to one that can be reached.', async () => {
    const store = await createStore({ uri: mongodbUri, log });
    try {
      await store.probe();
      return well('MongoDB', `${describe.mongodb}, database ${store.database}, takes writes`);
    } finally {
      await store.close();
    }
  });
}

function checkRedis({ redisUrl, describe }: Services, log: Logger): Promise<Finding> {
  return check('Redis', 'Start it, or set REDIS_URL to one that can be reached.', async () => {
    const redis = connectRedis(redisUrl, 'worker', log);
    try {
      await redis.ping();
      const policy = await evictionPolicy(redis);
      if (policy === 'noeviction') return well('Redis', `${describe.redis}, maxmemory-policy noeviction`);
      const todo = 'Set maxmemory-policy to noeviction: with another one Redis may drop what waits there.';
      return broken('Redis', `${describe.redis}, maxmemory-policy ${policy}`, todo);
    } finally {
      redis.disconnect();
    }
  });
}

/** The model is asked for one word: only that proves key, name and quota. */
function checkModel(config: Config, log: Logger): Promise<Finding> {
  return check('model', 'See what it says; MODEL and the provider key decide which model is asked.', async (signal) => {
    const agent = await createAgent(config, log);
    const { model, hint } = agent.describe;
    if (hint) return { what: 'model', how: model, todo: hint.replaceAll('`', ''), isBroken: false };
    await agent.ask(
      {
        agent: { name: config.AGENT_NAME, instructions: DEFAULT_INSTRUCTIONS },
        entries: [{ role: 'user', text: 'Answer with the word OK.' }],
        newCount: 1,
        place: { channel: 'doctor', kind: 'direct' },
      },
      { signal },
    );
    return well('model', `${model} answers`);
  });
}

async function checkChannels(config: Config, log: Logger): Promise<Finding[]> {
  try {
    const channels = await createChannels(process.env, config, log);
    return await Promise.all([...channels.values()].map(checkChannel));
  } catch (error) {
    return [broken('channels', describeError(error), 'Set what is named, or unset what is half given.')];
  }
}

function checkChannel(channel: Channel): Promise<Finding> {
  return check(channel.name, 'See what it says, and the README in its folder below adapters/.', async (signal) => {
    try {
      await channel.probe?.(signal);
    } catch (error) {
      // It is not to be asked from here, or not now: that is no fault of the set-up.
      if (error instanceof RateLimitedError) return well(channel.name, `set up. ${error.message}`);
      throw error;
    }
    return well(channel.name, channel.probe ? `account ${channel.account} answers` : 'ready');
  });
}
