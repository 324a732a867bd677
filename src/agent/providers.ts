/** The AI library's door to each service. Nothing of it is imported before a model is asked for the first time. */
import type { LanguageModel } from 'ai';
import type { ModelChoice } from './choose.ts';

const LOADERS: Record<ModelChoice['wire'], (choice: ModelChoice) => Promise<LanguageModel>> = {
  responses: async ({ baseUrl, key = '', name }) => {
    const { createOpenAI } = await import('@ai-sdk/openai');
    return createOpenAI({ baseURL: baseUrl, apiKey: key }).responses(name);
  },
  anthropic: async ({ baseUrl, key = '', name }) => {
    const { createAnthropic } = await import('@ai-sdk/anthropic');
    return createAnthropic({ baseURL: baseUrl, apiKey: key })(name);
  },
  google: async ({ baseUrl, key = '', name }) => {
    const { createGoogle } = await import('@ai-sdk/google');
    return createGoogle({ baseURL: baseUrl, apiKey: key })(name);
  },
  // Small models at home think aloud between tags, which nobody wants to read as an answer.
  chat: async ({ provider, baseUrl, key, name }) => {
    const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
    const { extractReasoningMiddleware, wrapLanguageModel } = await import('ai');
    const withKey = key === undefined ? {} : { apiKey: key };
    const open = createOpenAICompatible({ name: provider, baseURL: baseUrl, includeUsage: true, ...withKey });
    return wrapLanguageModel({ model: open(name), middleware: extractReasoningMiddleware({ tagName: 'think' }) });
  },
};

/** Loads what is needed to speak to the chosen model. Does not connect. */
export function loadModel(choice: ModelChoice): Promise<LanguageModel> {
  return LOADERS[choice.wire](choice);
}
