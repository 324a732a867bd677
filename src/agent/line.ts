/** Several models for one question: the first that works answers. */
import type { Logger } from '../log.ts';
import { AgentError } from './agent.ts';
import type { CallOptions, Reply } from './call.ts';
import { type Failure, isFailure } from './failure.ts';
import type { Model } from './model.ts';
import type { Prompt } from './prompt.ts';
import { type TryRules, untilAborted } from './tries.ts';
import { toAgentError } from './wording.ts';

/** What was said, and by whom. */
export type Said = Reply & { model: string };

/** How the line is asked. */
export interface LineOptions extends Pick<CallOptions, 'signal' | 'onText'> {
  /** Called before each model. */
  onBegin(): void;
}

/** The models of one question, which remembers who failed. */
export interface Line {
  /** Asks one after the other until one answers. A failure may pass if that of any of them may. */
  ask(prompt: Prompt, options: LineOptions): Promise<Said | Failure>;
  /** Who was asked last. */
  current(): string;
  /** Why nobody answered: what became of each, told by `failure`, the last one's. */
  toError(failure: Failure, tries: number): AgentError;
}

/**
 * Makes the line for one question. The next model is asked at once when one fails, as long as the rules' window is
 * open; one that gives no sign of life has failed when half of what is left of the window is over, so that there is
 * time for the next. Whoever failed for good is not asked again.
 */
export function createLine(models: readonly [Model, ...Model[]], rules: TryRules, log: Logger): Line {
  const startedAt = performance.now();
  const misses = new Map<Model, { failure: Failure; tries: number }>();
  const leftMs = (): number => Math.min(rules.windowMs, rules.timeoutMs) - (performance.now() - startedAt);
  let [current] = models;

  const note = (failure: Failure): void => {
    misses.set(current, { failure, tries: (misses.get(current)?.tries ?? 0) + 1 });
  };

  /** The last failure, which may pass if that of another may. */
  const together = (last: Failure): Failure => {
    const passing = [...misses.values()].map(({ failure }) => failure).filter(({ mayPass }) => mayPass);
    if (last.mayPass || passing.length === 0) return last;
    const retryAfterMs = Math.min(...passing.map((failure) => failure.retryAfterMs ?? 0));
    return { ...last, mayPass: true, retryAfterMs };
  };

  return {
    async ask(prompt, options) {
      const standing = models.filter((model) => misses.get(model)?.failure.mayPass ?? true);
      for (const [index, model] of standing.entries()) {
        current = model;
        options.onBegin();
        const isLast = index === standing.length - 1;
        const result = await (isLast ? model.ask(prompt, options) : askPatiently(model, prompt, options, leftMs() / 2));
        if (!isFailure(result)) return { ...result, model: model.label };
        note(result);
        if (isLast || leftMs() <= 0 || options.signal.aborted) return together(result);
        const { words, ...failure } = result;
        log.info({ model: model.label, ...failure }, 'The model failed, and the next of the list is asked');
        if (words !== undefined) log.debug({ model: model.label, words }, 'What the model service said');
      }
      throw new Error('A line was asked in which every model had failed for good.');
    },
    current: () => current.label,
    toError(failure, tries) {
      const last = toAgentError(current.choice, failure, tries);
      const others = [...misses].filter(([model]) => model !== current);
      if (others.length === 0) return last;
      const messages = others.map(([{ choice }, miss]) => toAgentError(choice, miss.failure, miss.tries).message);
      return new AgentError(failure.code, [...messages, last.message].join(' '), last.toPerson);
    },
  };
}

/** Asks, and gives up where not even the beginning of an answer comes. */
async function askPatiently(
  model: Model,
  prompt: Prompt,
  { signal, onText }: LineOptions,
  patienceMs: number,
): Promise<Reply | Failure> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), patienceMs);
  const options = {
    signal: AbortSignal.any([signal, silence.signal]),
    onText: (piece: string) => {
      if (!silence.signal.aborted) onText(piece);
    },
    onAlive: () => clearTimeout(timer),
  };
  try {
    const result = await untilAborted(model.ask(prompt, options), silence.signal);
    const detail = `no sign of life within ${Math.round(patienceMs)} ms`;
    return result ?? { code: 'model_timeout', mayPass: true, detail };
  } finally {
    clearTimeout(timer);
  }
}
