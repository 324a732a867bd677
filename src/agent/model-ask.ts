/** The agent behind which a language model stands. */
import type { LanguageModel } from 'ai';
import type { Ask, AskOptions } from './agent.ts';
import type { Logger } from '../log.ts';
import { callModel, type Reply } from './call.ts';
import { modelLabel, type ModelChoice } from './choose.ts';
import { isFailure, withoutKey, type Failure } from './failure.ts';
import { writePrompt } from './prompt.ts';
import { loadModel } from './providers.ts';
import { tryRepeatedly, type TryRules } from './tries.ts';
import { toAgentError } from './wording.ts';

/** What is added to an answer, so that nobody takes a part for the whole. */
const MARKS = {
  isCut: '\n\n[The answer was cut off here: it came to the length that the model may write.]',
  isShortened: '\n\n[Your message was too long for me to read in full: I saw its beginning and its end.]',
};

/** Makes the agent for a model; the AI library is loaded by the first question. */
export function createModelAsk(choice: ModelChoice, rules: TryRules, log: Logger): Ask {
  const model = modelLabel(choice);
  let loading: Promise<LanguageModel> | undefined;
  const load = (): Promise<LanguageModel> => {
    silenceLibrary(log);
    return (loading ??= loadModel(choice));
  };

  const onFailure = ({ words, ...failure }: Failure, waitMs: number | undefined): void => {
    log.info(
      { model, ...failure, waitMs },
      waitMs === undefined ? 'The model failed' : 'The model failed, and is asked again',
    );
    if (words !== undefined) log.debug({ model, words }, 'What the model service said');
  };

  return async (question, options) => {
    const prompt = writePrompt(question);
    const stream = createStream(options);
    const attempt = async (signal: AbortSignal): Promise<Reply | Failure> => {
      stream.begin();
      const result = await callModel(await load(), prompt, { signal, onText: stream.onText });
      return isFailure(result) ? withoutKey(result, choice.key) : result;
    };
    const outcome = await tryRepeatedly(attempt, rules, { signal: options.signal, onFailure }).finally(stream.end);
    if ('failure' in outcome) throw toAgentError(choice, outcome.failure, outcome.tries);
    const { text, isCut, tokens } = outcome.value;
    const marks = (isCut ? MARKS.isCut : '') + (prompt.isShortened ? MARKS.isShortened : '');
    if (marks !== '') options.onText?.(marks);
    return { text: text + marks, model, ...(tokens ? { tokens } : {}) };
  };
}

/** Passes the pieces of the present try on, and says `restart` before a try that follows on one that was heard. */
function createStream({ onText, onRestart }: AskOptions): Record<'begin' | 'end', () => void> & {
  onText: (piece: string) => void;
} {
  let wasHeard = false;
  let hasEnded = false;
  return {
    begin: () => {
      if (wasHeard) onRestart?.();
      wasHeard = false;
    },
    onText: (piece) => {
      if (hasEnded) return;
      wasHeard = true;
      onText?.(piece);
    },
    // What a call that was cut short still says is not for anybody.
    end: () => {
      hasEnded = true;
    },
  };
}

/** The library prints its warnings (a setting that a model ignores) to standard error; they belong in the log. */
function silenceLibrary(log: Logger): void {
  globalThis.AI_SDK_LOG_WARNINGS ??= ({ warnings, model }) => log.debug({ model, warnings }, 'The AI library warns');
}
