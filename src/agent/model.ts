/** One model of a service, as it is asked: loaded by the first question, and never telling its key. */
import type { LanguageModel } from 'ai';
import type { Logger } from '../log.ts';
import { callModel, type CallOptions, type Reply } from './call.ts';
import { modelLabel, type ModelChoice } from './choose.ts';
import { type Failure, isFailure, withoutKey } from './failure.ts';
import type { Prompt } from './prompt.ts';
import { loadModel } from './providers.ts';

export interface Model {
  choice: ModelChoice;
  /** `provider/name`. */
  label: string;
  /** Asks once. What a model or a network does wrong is a `Failure`. */
  ask(prompt: Prompt, options: CallOptions): Promise<Reply | Failure>;
}

/** Makes the model; the AI library is loaded by the first question. */
export function createModel(choice: ModelChoice, log: Logger): Model {
  let loading: Promise<LanguageModel> | undefined;
  return {
    choice,
    label: modelLabel(choice),
    async ask(prompt, options) {
      silenceLibrary(log);
      const result = await callModel(await (loading ??= loadModel(choice)), prompt, options);
      return isFailure(result) ? withoutKey(result, choice.key) : result;
    },
  };
}

/** The library prints its warnings (a setting that a model ignores) to standard error; they belong in the log. */
function silenceLibrary(log: Logger): void {
  globalThis.AI_SDK_LOG_WARNINGS ??= ({ warnings, model }) => log.debug({ model, warnings }, 'The AI library warns');
}
