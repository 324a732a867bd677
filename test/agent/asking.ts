/** What the tests of the agent have in common: a question, a quiet log, a model to ask and what was heard of it. */
import type { TestContext } from 'node:test';
import type { Ask, Entry, Question } from '#src/agent/agent.ts';
import type { ModelChoice, ModelConfig } from '#src/agent/choose.ts';
import { createModel } from '#src/agent/model.ts';
import { createModelAsk } from '#src/agent/model-ask.ts';
import type { TryRules } from '#src/agent/tries.ts';
import type { Logger } from '#src/log.ts';
import { keepLog } from '#test/keep-log.ts';
import { startModel, type ModelStandin } from '#test/standins/model/index.ts';

export const noConfig: ModelConfig = {
  MODEL: undefined,
  OPENAI_API_KEY: undefined,
  OPENAI_BASE_URL: undefined,
  ANTHROPIC_API_KEY: undefined,
  ANTHROPIC_BASE_URL: undefined,
  GOOGLE_GENERATIVE_AI_API_KEY: undefined,
  LOCAL_MODEL_URL: undefined,
  MODEL_TIMEOUT_MS: 120_000,
  MODEL_CONCURRENCY: undefined,
};

/** Nobody waits in a test. */
export const fastRules: TryRules = { timeoutMs: 20_000, windowMs: 10_000, waitMs: () => 1 };

export function user(text: string, more: Partial<Entry> = {}): Entry {
  return { role: 'user', text, ...more };
}

/** A question with these entries, of which the last is the new one. */
export function questionOf(entries: Entry[], more: Partial<Question> = {}): Question {
  return {
    agent: { name: 'Pantheon', instructions: 'Be kind.' },
    entries,
    newCount: 1,
    place: { channel: 'web', kind: 'direct' },
    ...more,
  };
}

export async function startModelFor(t: TestContext): Promise<ModelStandin> {
  const model = await startModel();
  t.after(() => model.stop());
  return model;
}

/** The services as they are configured to be at the stand-in. */
export function choices(model: ModelStandin): Record<ModelChoice['wire'] | 'local', ModelChoice> {
  const key = 'sk-secret-0123456789';
  return {
    chat: { provider: 'openai', name: 'm', wire: 'chat', baseUrl: model.url, key },
    responses: { provider: 'openai', name: 'm', wire: 'responses', baseUrl: model.url, key },
    anthropic: { provider: 'anthropic', name: 'm', wire: 'anthropic', baseUrl: model.url, key },
    google: { provider: 'google', name: 'm', wire: 'google', baseUrl: model.googleUrl, key },
    local: { provider: 'local', name: 'm', wire: 'chat', baseUrl: model.url },
  };
}

/** The agent for a choice. */
export function askOf(choice: ModelChoice, rules: Partial<TryRules> = {}, log: Logger = keepLog()): Ask {
  return createModelAsk([createModel(choice, log)], { ...fastRules, ...rules }, log);
}

/** Asks, and notes what was streamed: pieces, and `null` for each restart. */
export function listen(signal: AbortSignal = new AbortController().signal): {
  options: Parameters<Ask>[1];
  heard: (string | null)[];
  /** Resolves when something was heard. */
  begun: Promise<void>;
} {
  const heard: (string | null)[] = [];
  const { promise: begun, resolve } = Promise.withResolvers<void>();
  const onText = (piece: string): void => {
    heard.push(piece);
    resolve();
  };
  return { heard, begun, options: { signal, onText, onRestart: () => heard.push(null) } };
}
