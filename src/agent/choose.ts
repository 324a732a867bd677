/** Which model answers, from the environment alone (interface.md, `MODEL`). */
import type { Config } from '../config.ts';
import { ConfigError } from '../errors.ts';

/** The part of the configuration that says something about models. */
export type ModelConfig = Pick<
  Config,
  | 'MODEL'
  | 'OPENAI_API_KEY'
  | 'OPENAI_BASE_URL'
  | 'ANTHROPIC_API_KEY'
  | 'ANTHROPIC_BASE_URL'
  | 'GOOGLE_GENERATIVE_AI_API_KEY'
  | 'LOCAL_MODEL_URL'
  | 'MODEL_TIMEOUT_MS'
  | 'MODEL_CONCURRENCY'
>;

export type Provider = 'openai' | 'anthropic' | 'google' | 'local';

/** A model, and all that is needed to speak to it. */
export interface ModelChoice {
  provider: Provider;
  name: string;
  /** Which of the services' languages is spoken; `chat` is what every OpenAI-compatible server knows. */
  wire: 'responses' | 'chat' | 'anthropic' | 'google';
  baseUrl: string;
  key?: string;
}

/**
 * What is asked when only a key is given: each provider's all-round model of the day, for conversation rather than
 * for the hardest work. `MODEL` names another.
 */
const DEFAULT_NAMES = {
  openai: 'gpt-6-luna',
  anthropic: 'claude-sonnet-5-5',
  google: 'gemini-4-argon',
} as const;

const OPENAI_URL = 'https://api.openai.com/v1';
const ANTHROPIC_URL = 'https://api.anthropic.com/v1';
const GOOGLE_URL = 'https://generativelanguage.googleapis.com/v1beta';

/** Where a local OpenAI-compatible server is looked for (Ollama's address). */
export const LOCAL_URL = 'http://127.0.0.1:11434/v1';

/** What an operator checks for each provider, named in errors. */
export const VARIABLES: Record<Provider, { key: string; url: string }> = {
  openai: { key: 'OPENAI_API_KEY', url: 'OPENAI_BASE_URL' },
  anthropic: { key: 'ANTHROPIC_API_KEY', url: 'ANTHROPIC_BASE_URL' },
  google: { key: 'GOOGLE_GENERATIVE_AI_API_KEY', url: 'the proxies on the way' },
  local: { key: 'LOCAL_MODEL_URL, which must want none (use OPENAI_BASE_URL otherwise)', url: 'LOCAL_MODEL_URL' },
};

/** As in `MODEL` and in the record of an answer. */
export function modelLabel(choice: ModelChoice): string {
  return `${choice.provider}/${choice.name}`;
}

/** A model of a server at home. */
export function localModel(config: Pick<ModelConfig, 'LOCAL_MODEL_URL'>, name: string): ModelChoice {
  return { provider: 'local', name, wire: 'chat', baseUrl: config.LOCAL_MODEL_URL ?? LOCAL_URL };
}

/**
 * The model that the configuration names, or that its keys imply. `undefined`: neither, so a local server is looked
 * for. Throws `ConfigError` that names the variable when `MODEL` wants a provider whose key is missing.
 */
export function chooseModel(config: ModelConfig): ModelChoice | undefined {
  const [provider, ...rest] = config.MODEL?.split('/') ?? [impliedProvider(config)];
  const name = rest.length > 0 ? rest.join('/') : undefined;
  switch (provider) {
    case 'openai':
      return openaiModel(config, name ?? DEFAULT_NAMES.openai);
    case 'anthropic':
      return {
        provider,
        name: name ?? DEFAULT_NAMES.anthropic,
        wire: 'anthropic',
        baseUrl: anthropicUrl(config.ANTHROPIC_BASE_URL),
        key: needed(config, 'ANTHROPIC_API_KEY'),
      };
    case 'google':
      return {
        provider,
        name: name ?? DEFAULT_NAMES.google,
        wire: 'google',
        baseUrl: GOOGLE_URL,
        key: needed(config, 'GOOGLE_GENERATIVE_AI_API_KEY'),
      };
    case 'local':
      return localModel(config, name ?? '');
    default:
      return undefined;
  }
}

function impliedProvider(config: ModelConfig): Provider | undefined {
  if (config.OPENAI_API_KEY || config.OPENAI_BASE_URL) return 'openai';
  if (config.ANTHROPIC_API_KEY) return 'anthropic';
  return config.GOOGLE_GENERATIVE_AI_API_KEY ? 'google' : undefined;
}

/** Whoever else speaks OpenAI's language speaks its chat form, and may want no key. */
function openaiModel(config: ModelConfig, name: string): ModelChoice {
  const baseUrl = config.OPENAI_BASE_URL ?? OPENAI_URL;
  if (new URL(baseUrl).hostname === new URL(OPENAI_URL).hostname) {
    return { provider: 'openai', name, wire: 'responses', baseUrl, key: needed(config, 'OPENAI_API_KEY') };
  }
  const key = config.OPENAI_API_KEY;
  return { provider: 'openai', name, wire: 'chat', baseUrl, ...(key === undefined ? {} : { key }) };
}

/** Anthropic's own libraries take the address without its version; the one that we use takes it with it. */
function anthropicUrl(baseUrl = ANTHROPIC_URL): string {
  return new URL(baseUrl).pathname === '/' ? `${baseUrl}/v1` : baseUrl;
}

function needed(
  config: ModelConfig,
  variable: 'OPENAI_API_KEY' | 'ANTHROPIC_API_KEY' | 'GOOGLE_GENERATIVE_AI_API_KEY',
): string {
  const key = config[variable];
  if (key) return key;
  throw new ConfigError(
    `${variable} is missing: ${config.MODEL ?? 'the chosen model'} needs it. Set it, or choose another model.`,
  );
}
