/** The running product: everything wired together, by the roles that this process has. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { channels as factories } from '#adapters/index.ts';
import { startWorkers } from '#workers/index.ts';
import { createKeeper } from '#workers/keeper.ts';
import { startListening } from '#workers/listen/listen.ts';
import type { Ask } from './agent/agent.ts';
import { createTurnLimits } from './agents/limits.ts';
import { createAppend } from './history/append.ts';
import { createAgent } from './agent/create.ts';
import { createSlots } from './agent/slots.ts';
import { createAgents } from './agents/agents.ts';
import { makeDefaultAgent } from './agents/change.ts';
import { createLimits } from './api/limits.ts';
import { createReadiness } from './api/readiness.ts';
import type { ApiDeps } from './api/deps.ts';
import { createRoutes } from './api/routes.ts';
import { createApiServer } from './api/server.ts';
import type { Channel, Env } from './channel.ts';
import { createCommands, listCommands } from './commands/commands.ts';
import type { Config } from './config.ts';
import { ConfigError } from './errors.ts';
import { createIdentityResolver } from './identity/resolve.ts';
import { createIngest } from './ingest/ingest.ts';
import { openFirstKey } from './keys/first.ts';
import type { Logger } from './log.ts';
import { createBells } from './queue/bells.ts';
import { createLive } from './queue/live.ts';
import { createPacer } from './queue/pace.ts';
import { connectRedis, untilConnected } from './queue/redis.ts';
import { createHolder } from './store/holder.ts';
import { createStore } from './store/store.ts';
import { createDocsPage } from './web/docs/page.ts';
import { createChatPage } from './web/page.ts';
import { createChatSource } from './web/store-source.ts';
import { createVisitorOf } from './web/visitor.ts';

export interface App {
  /** Where HTTP listens; absent without the role `api`. */
  url?: string;
  /** The model that answers, and what to do about it if it is none. */
  model: { model: string; hint?: string };
  channels: string[];
  /** Takes nothing more in, hands back what runs, and lets go of everything. */
  close: () => Promise<void>;
}

/** Makes every configured channel. Reports all that are half configured at once. */
export async function createChannels(
  env: Env,
  config: Pick<Config, 'PUBLIC_URL'>,
  log: Logger,
): Promise<Map<string, Channel>> {
  const ports = { log, commands: listCommands(), ...(config.PUBLIC_URL ? { publicUrl: config.PUBLIC_URL } : {}) };
  const made = await Promise.allSettled(factories.map((create) => create(env, ports)));
  const failures = made.filter((result) => result.status === 'rejected').map(({ reason }) => reason as unknown);
  const foreign = failures.find((reason) => !(reason instanceof ConfigError));
  if (foreign) throw foreign;
  if (failures.length > 0) throw new ConfigError(failures.map((reason) => (reason as Error).message).join('\n'));
  const channels = made.flatMap((result) => (result.status === 'fulfilled' && result.value ? [result.value] : []));
  return new Map(channels.map((channel) => [channel.name, channel]));
}

/** Starts Pantheon on services that are there. */
export async function startApp(
  config: Config,
  channels: Map<string, Channel>,
  services: { mongodbUri: string; redisUrl: string },
  log: Logger,
): Promise<App> {
  const { redisUrl, mongodbUri } = services;
  const [store, agent] = await Promise.all([createStore({ uri: mongodbUri, log }), createAgent(config, log)]);
  await Promise.all([openFirstKey(store, config), makeDefaultAgent(store)]);
  const prefix = `{pantheon:${store.database}}`;
  const redis = connectRedis(redisUrl, 'command', log);
  const bells = createBells({ prefix, redisUrl, log });
  const live = createLive({ prefix, redisUrl, log });
  const identities = createIdentityResolver(store);
  const holder = createHolder();
  const keeper = createKeeper(store, holder, log);
  const agents = createAgents({ store, config });
  const ask: Ask = (question, options) => agent.ask(question, options);
  const slots = createSlots(() => agent.concurrency);
  const agentName = config.AGENT_NAME;
  const commands = createCommands({ store, live, bells, agentName });
  const ingest = createIngest({
    store,
    identities,
    bells,
    live,
    log,
    commands,
    agentName,
    replyWaitMs: config.REPLY_WAIT_MS,
  });

  const pacer = createPacer(redis, prefix);
  const turnLimits = createTurnLimits(store, config);
  const workers = startWorkers(
    {
      store,
      bells,
      live,
      log,
      holder,
      keeper,
      channels,
      pacer,
      sendTimeoutMs: config.SEND_TIMEOUT_MS,
      ask,
      agents,
      slots,
      turnLimits,
    },
    config.ROLES,
  );
  const listening = config.ROLES.includes('channels')
    ? startListening({ store, bells, live, log, holder, ingest, channels })
    : { reports: new Map(), close: async () => undefined };

  const closing = new AbortController();
  const visitorOf = createVisitorOf(config);
  const page = createChatPage({
    source: createChatSource({ store, live, identities, log }),
    visitorOf,
    agentName,
    closing: closing.signal,
  });
  const unready = createReadiness(store, redis);
  const limits = createLimits(redis, prefix, config.RATE_LIMIT);
  const apiDeps: ApiDeps = {
    config,
    store,
    bells,
    live,
    identities,
    log,
    ingest,
    agents,
    ask,
    slots,
    turnLimits,
    limits,
    pacer,
    append: createAppend({ store, bells, live }),
    channels,
    reports: listening.reports,
    unready,
    closing: closing.signal,
  };
  const server = createApiServer(apiDeps, visitorOf, createRoutes(apiDeps), (document) => [
    ...(config.WEB_ACCESS === 'off' ? [] : [page]),
    createDocsPage(document),
  ]);
  const isServing = config.ROLES.includes('api');
  await untilConnected(redis);
  if (isServing) await listen(server, config);

  return {
    ...(isServing ? { url: urlOf(server, config) } : {}),
    get model() {
      return agent.describe;
    },
    channels: [...channels.keys()],
    async close() {
      closing.abort();
      server.close();
      server.closeIdleConnections();
      await listening.close();
      await Promise.all([workers.close(), bells.close()]);
      server.closeAllConnections();
      keeper.close();
      live.close();
      redis.disconnect();
      await store.close();
    },
  };
}

async function listen(server: ReturnType<typeof createApiServer>, { HOST, PORT }: Config): Promise<void> {
  server.listen(PORT, HOST);
  await Promise.race([
    once(server, 'listening'),
    once(server, 'error').then(([error]) => {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EADDRINUSE')
        throw new ConfigError(`PORT: ${PORT} is in use on ${HOST}. Set another PORT, or end the program that uses it.`);
      throw new ConfigError(`HOST, PORT: cannot listen on ${HOST}:${PORT} (${(error as Error).message}).`);
    }),
  ]);
}

function urlOf(server: ReturnType<typeof createApiServer>, { HOST }: Config): string {
  const { port } = server.address() as AddressInfo;
  const name = HOST === '0.0.0.0' || HOST === '::' ? '127.0.0.1' : HOST.includes(':') ? `[${HOST}]` : HOST;
  return `http://${name}:${port}`;
}
