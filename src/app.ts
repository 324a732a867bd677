/** The running product: everything wired together, by the roles that this process has. */
import type { Server } from 'node:http';
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
import { createCallLimits } from './api/limits.ts';
import { listenAt } from './api/listen.ts';
import { createReadiness } from './api/readiness.ts';
import type { ApiDeps } from './api/deps.ts';
import { createRoutes } from './api/routes.ts';
import { createApiServer } from './api/server.ts';
import type { Channel } from './channel.ts';
import { createCommands } from './commands/commands.ts';
import type { Config } from './config.ts';
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

/**
 * Starts Pantheon on services that are there. `onBegun` is given the app's `close` as soon as there is something to
 * hand back: the start may take a while longer, or fail.
 */
export async function startApp(
  config: Config,
  channels: Map<string, Channel>,
  services: { mongodbUri: string; redisUrl: string },
  log: Logger,
  onBegun: (close: App['close']) => void = () => undefined,
): Promise<App> {
  const { redisUrl, mongodbUri } = services;
  const [store, agent] = await Promise.all([createStore({ uri: mongodbUri, log }), createAgent(config, log)]);
  await Promise.all([openFirstKey(store, config), makeDefaultAgent(store)]);
  const prefix = `{pantheon:${store.database}}`;
  const redis = connectRedis(redisUrl, 'command', log);
  const bells = createBells({ prefix, redisUrl, log });
  const live = createLive({ prefix, redisUrl, log });
  const ground = { store, bells, live, log };
  const holder = createHolder();
  const keeper = createKeeper(store, holder, log);
  const identities = createIdentityResolver(store);
  const commands = createCommands({ store, live, bells, agentName: config.AGENT_NAME });
  const ingest = createIngest({
    ...ground,
    identities,
    commands,
    agentName: config.AGENT_NAME,
    replyWaitMs: config.REPLY_WAIT_MS,
  });
  const ask: Ask = (question, options) => agent.ask(question, options);
  const answering = {
    ask,
    agents: createAgents({ store, config }),
    slots: createSlots(() => agent.concurrency),
    pacer: createPacer(redis, prefix),
    turnLimits: createTurnLimits(store, config),
  };

  const workers = startWorkers(
    { ...ground, holder, keeper, channels, ...answering, sendTimeoutMs: config.SEND_TIMEOUT_MS },
    config.ROLES,
  );
  const listening = config.ROLES.includes('channels')
    ? startListening({ ...ground, holder, ingest, channels })
    : { reports: new Map(), close: async () => undefined };

  const closing = new AbortController();
  const server = createHttp({
    ...ground,
    ...answering,
    config,
    identities,
    ingest,
    channels,
    append: createAppend(ground),
    limits: createCallLimits(redis, prefix, config.RATE_LIMIT),
    unready: createReadiness(store, redis),
    reports: listening.reports,
    closing: closing.signal,
  });
  const close = async () => {
    closing.abort();
    server.close();
    server.closeIdleConnections();
    // Side by side, so that everybody's seconds are the same ones. What is stored meanwhile is rung for by the sweeper.
    await Promise.all([listening.close(), workers.close(), bells.close()]);
    server.closeAllConnections();
    keeper.close();
    live.close();
    redis.disconnect();
    await store.close();
  };
  onBegun(close);
  await untilConnected(redis);
  const url = config.ROLES.includes('api') ? await listenAt(server, config) : undefined;

  return {
    ...(url ? { url } : {}),
    get model() {
      return agent.describe;
    },
    channels: [...channels.keys()],
    close,
  };
}

/** The API, the chat page and the reference, on one server. */
function createHttp(deps: ApiDeps): Server {
  const { config, store, live, identities, log, closing } = deps;
  const visitorOf = createVisitorOf(config);
  const page = createChatPage({
    source: createChatSource({ store, live, identities, log }),
    visitorOf,
    agentName: config.AGENT_NAME,
    closing,
  });
  return createApiServer(deps, visitorOf, createRoutes(deps), (document) => [
    ...(config.WEB_ACCESS === 'off' ? [] : [page]),
    createDocsPage(document),
  ]);
}
