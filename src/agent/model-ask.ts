/** The agent behind which language models stand. */
import type { Logger } from '../log.ts';
import type { Ask, AskOptions } from './agent.ts';
import type { Failure } from './failure.ts';
import { createLine } from './line.ts';
import type { Model } from './model.ts';
import { writePrompt } from './prompt.ts';
import { tryRepeatedly, type TryRules } from './tries.ts';

/** What is added to an answer, so that nobody takes a part for the whole. */
const MARKS = {
  isCut: '\n\n[The answer was cut off here: it came to the length that the model may write.]',
  isShortened: '\n\n[Your message was too long for me to read in full: I saw its beginning and its end.]',
};

/** Makes the agent for a list of models, of which the first that works answers. */
export function createModelAsk(models: readonly [Model, ...Model[]], rules: TryRules, log: Logger): Ask {
  return async (question, options) => {
    const prompt = writePrompt(question);
    const stream = createStream(options);
    const line = createLine(models, rules, log);
    const onFailure = ({ words, ...failure }: Failure, waitMs: number | undefined): void => {
      const model = line.current();
      log.info(
        { model, ...failure, waitMs },
        waitMs === undefined ? 'The model failed' : 'The model failed, and is asked again',
      );
      if (words !== undefined) log.debug({ model, words }, 'What the model service said');
    };
    const outcome = await tryRepeatedly(
      (signal) => line.ask(prompt, { signal, onBegin: stream.begin, onText: stream.onText }),
      rules,
      { signal: options.signal, onFailure },
    ).finally(stream.end);
    if ('failure' in outcome) throw line.toError(outcome.failure, outcome.tries);
    const { text, isCut, tokens, model } = outcome.value;
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
