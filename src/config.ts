/**
 * The core's variables (interface.md, Variables). Adapters own and read theirs.
 *
 * Wrong values stop the start with all errors at once, each naming its variable.
 */
import { z } from 'zod';
import type { Env } from './channel.ts';
import { ConfigError } from './errors.ts';
import { withoutEmpty } from './variables.ts';

/** What a process can do; several processes may share the work. */
export const ROLES = ['api', 'channels', 'reply', 'deliver', 'webhook', 'housekeeping'] as const;
export type Role = (typeof ROLES)[number];

/** How a model is named, in `MODEL` and in an agent's list. */
export const MODEL_FORM = /^(openai|anthropic|google|local)\/.+$/;

const list = z.string().transform((value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);
const count = (fallback: number, least = 0) => z.coerce.number().int().min(least).default(fallback);
const url = (protocol: RegExp) =>
  z
    .url({ protocol, normalize: true })
    .transform((value) => value.replace(/\/+$/, ''))
    .optional();

const schema = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65535).default(3000),
  PUBLIC_URL: url(/^https?$/),
  ALLOWED_HOSTS: list.default([]),
  DATA_DIR: z.string().default('./data'),
  MONGODB_URI: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\//, 'must begin with mongodb:// or mongodb+srv://')
    .optional(),
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\//, 'must begin with redis:// or rediss://')
    .optional(),
  ROLES: list.pipe(z.array(z.enum(ROLES)).min(1)).default([...ROLES]),
  ADMIN_KEY: z.string().min(8).optional(),
  ADMIN_SECRET: z.string().min(16).optional(),
  OPEN_API: z.enum(['loopback', 'none', 'any']).optional(),
  WEB_ACCESS: z.enum(['loopback', 'open', 'off']).optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  AGENT_NAME: z.string().min(1).default('Pantheon'),
  AGENT_INSTRUCTIONS: z.string().min(1).optional(),
  MODEL: z.string().regex(MODEL_FORM, 'must be openai/NAME, anthropic/NAME, google/NAME or local/NAME').optional(),
  OPENAI_API_KEY: z.string().optional(),
  OPENAI_BASE_URL: url(/^https?$/),
  ANTHROPIC_API_KEY: z.string().optional(),
  ANTHROPIC_BASE_URL: url(/^https?$/),
  GOOGLE_GENERATIVE_AI_API_KEY: z.string().optional(),
  LOCAL_MODEL_URL: url(/^https?$/),
  MODEL_CONCURRENCY: z.coerce.number().int().min(1).optional(),
  MODEL_TIMEOUT_MS: count(120_000, 1),
  SEND_TIMEOUT_MS: count(20_000, 1),
  REPLY_WAIT_MS: count(800),
  DAILY_TURNS: count(1000),
  PERSON_DAILY_TURNS: count(200),
  PERSON_RATE: count(30, 1),
  RATE_LIMIT: count(6000, 1),
});

/** The core's configuration, read and checked. */
export type Config = z.infer<typeof schema> & {
  OPEN_API: 'loopback' | 'none' | 'any';
  WEB_ACCESS: 'loopback' | 'open' | 'off';
};

/** Whether an address is only reached from this machine. */
function isLoopbackUrl(address: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(address).hostname);
}

/** Reads the core's configuration from the environment. Throws `ConfigError` that lists every problem. */
export function readConfig(env: Env): Config {
  const result = schema.safeParse(withoutEmpty(env));
  const problems = result.success
    ? []
    : result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  if (Boolean(env['ADMIN_KEY']) !== Boolean(env['ADMIN_SECRET'])) {
    problems.push('ADMIN_KEY and ADMIN_SECRET: set both or neither');
  }
  if (!result.success || problems.length > 0) {
    throw new ConfigError(`The configuration cannot work:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  }
  const isOutside = result.data.PUBLIC_URL !== undefined && !isLoopbackUrl(result.data.PUBLIC_URL);
  return {
    ...result.data,
    OPEN_API: result.data.OPEN_API ?? (isOutside ? 'none' : 'loopback'),
    WEB_ACCESS: result.data.WEB_ACCESS ?? (isOutside ? 'off' : 'loopback'),
  };
}
