/** Models that an agent names for itself, besides the one that the configuration chooses. */
import { ConfigError } from '../errors.ts';
import { MODEL_FORM } from '../config.ts';
import type { Logger } from '../log.ts';
import type { Ask } from './agent.ts';
import { chooseModel, type ModelChoice, type ModelConfig } from './choose.ts';
import { createModel, type Model } from './model.ts';
import { createModelAsk } from './model-ask.ts';
import type { TryRules } from './tries.ts';
import { toKeyError } from './wording.ts';

/** Asks the models of such a list. */
export interface Named {
  /** Rejects with `model_key_missing` when the keys of all of them are missing here. */
  ask(labels: readonly string[], ...asked: Parameters<Ask>): ReturnType<Ask>;
  /** Whether any list was asked yet. */
  isUsed(): boolean;
}

/** Why a model cannot be asked with this configuration, in words that name the variable; `undefined`: it can. */
export function modelProblem(config: ModelConfig, label: string): string | undefined {
  if (!MODEL_FORM.test(label)) return 'must be openai/NAME, anthropic/NAME, google/NAME or local/NAME';
  const choice = choose(config, label);
  return choice instanceof ConfigError ? choice.message : undefined;
}

function choose(config: ModelConfig, label: string): ModelChoice | ConfigError {
  try {
    const choice = chooseModel({ ...config, MODEL: label });
    return choice ?? new ConfigError(`${label} names no service that is known.`);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}

/** Makes it. Each model is made once, whatever lists it stands in. */
export function createNamed(config: ModelConfig, rules: TryRules, log: Logger): Named {
  const made = new Map<string, Model | ConfigError>();
  const make = (label: string): Model | ConfigError => {
    const choice = choose(config, label);
    const model = choice instanceof ConfigError ? choice : createModel(choice, log);
    made.set(label, model);
    return model;
  };

  return {
    isUsed: () => made.size > 0,
    async ask(labels, question, options) {
      const found = labels.map((label) => made.get(label) ?? make(label));
      const missing = found.filter((one) => one instanceof ConfigError);
      const [first, ...others] = found.filter((one): one is Model => !(one instanceof ConfigError));
      for (const { message } of missing)
        log.warn({ reason: message }, "A model of an agent's list cannot be asked here");
      if (first === undefined) throw toKeyError(missing);
      return createModelAsk([first, ...others], rules, log)(question, options);
    },
  };
}
