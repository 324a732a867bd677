/** Makes the agent that the configuration asks for. */
import type { Logger } from '../log.ts';
import { AgentError, type Agent, type Ask } from './agent.ts';
import { chooseModel, LOCAL_URL, localModel, modelLabel, type ModelChoice, type ModelConfig } from './choose.ts';
import { createLocalSearch, type LocalSearch } from './local.ts';
import { createModel } from './model.ts';
import { createModelAsk } from './model-ask.ts';
import { createNamed } from './named.ts';
import { createOfflineAsk, offlineHint } from './offline.ts';
import { createTryRules, type TryRules } from './tries.ts';

/** Model calls at once where `MODEL_CONCURRENCY` says nothing; a machine at home does one thing at a time. */
const CONCURRENCY = { service: 8, local: 1, offline: 1_000 };

/**
 * Makes the agent: the models that a question names, else the one that the configuration names or implies, else a
 * local server's, else the offline one. Throws `ConfigError` when `MODEL` cannot work. A local server that starts later
 * is found without a restart.
 */
export async function createAgent(
  config: ModelConfig,
  log: Logger,
  rules: TryRules = createTryRules(config.MODEL_TIMEOUT_MS),
): Promise<Agent> {
  const own = await createConfiguredAgent(config, log, rules);
  const named = createNamed(config, rules, log);
  return {
    async ask(question, options) {
      const { models = [] } = question.agent;
      return models.length > 0 ? named.ask(models, question, options) : own.ask(question, options);
    },
    get describe() {
      return own.describe;
    },
    get concurrency() {
      const most = config.MODEL_CONCURRENCY ?? CONCURRENCY.service;
      return named.isUsed() ? Math.min(own.concurrency, most) : own.concurrency;
    },
  };
}

async function createConfiguredAgent(config: ModelConfig, log: Logger, rules: TryRules): Promise<Agent> {
  const askOf = (choice: ModelChoice): Ask => createModelAsk([createModel(choice, log)], rules, log);
  const choice = chooseModel(config);
  if (choice) return createFixedAgent(choice, config, askOf(choice));
  const search = createLocalSearch(config.LOCAL_MODEL_URL ?? LOCAL_URL, log);
  await search.find();
  return createFindingAgent(search, config, (name) => askOf(localModel(config, name)));
}

function createFixedAgent(choice: ModelChoice, config: ModelConfig, ask: Ask): Agent {
  const byDefault = choice.provider === 'local' ? CONCURRENCY.local : CONCURRENCY.service;
  return {
    ask,
    describe: { model: modelLabel(choice) },
    concurrency: config.MODEL_CONCURRENCY ?? byDefault,
  };
}

/** Answers offline until a local model is there; when that one is taken away, looks for another. */
function createFindingAgent(search: LocalSearch, config: ModelConfig, createAsk: (name: string) => Ask): Agent {
  const localUrl = config.LOCAL_MODEL_URL ?? LOCAL_URL;
  const offline = createOfflineAsk(localUrl);
  let current: { name: string; ask: Ask } | undefined;

  const choose = async (): Promise<Ask> => {
    const name = await search.find();
    if (name === undefined) return offline;
    if (current?.name !== name) current = { name, ask: createAsk(name) };
    return current.ask;
  };

  return {
    async ask(question, options) {
      const ask = await choose();
      try {
        return await ask(question, options);
      } catch (error) {
        if (error instanceof AgentError && error.code === 'model_not_found') search.forget();
        throw error;
      }
    },
    get describe() {
      const name = search.found();
      if (name === undefined) return { model: 'offline', hint: offlineHint(localUrl) };
      return { model: modelLabel(localModel(config, name)) };
    },
    get concurrency() {
      if (search.found() === undefined) return CONCURRENCY.offline;
      return config.MODEL_CONCURRENCY ?? CONCURRENCY.local;
    },
  };
}
