/** Discord's variables. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Env } from '#src/channel.ts';
import { withoutEmpty } from '#src/config.ts';
import { ConfigError } from '#src/errors.ts';

const rate = (fallback: number) => z.coerce.number().positive().default(fallback);

/**
 * The name of the bot's account: its user id, which is the first of the three parts of its token, in Base64. A token of
 * another make names its account by a digest.
 */
function accountOf(token: string): string {
  const first = Buffer.from(token.split('.', 1)[0] ?? '', 'base64').toString('latin1');
  return /^\d{17,20}$/.test(first) ? first : createHash('sha256').update(token).digest('hex').slice(0, 16);
}

const schema = z.object({
  DISCORD_BOT_TOKEN: z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]+$/, 'must be the token of the page Bot at https://discord.com/developers/applications')
    .optional(),
  DISCORD_API_URL: z
    .url({ protocol: /^https?$/, error: 'must be an address that begins with http:// or https://' })
    .transform((url) => url.replace(/\/+$/, ''))
    .refine((url) => url.endsWith('/api'), 'must end in /api, without a version')
    .default('https://discord.com/api'),
  DISCORD_SEND_RATE: rate(50),
  DISCORD_CHAT_RATE: rate(1),
  DISCORD_ACCESS: z.enum(['open', 'allowlist'], 'must be open or allowlist').default('open'),
  DISCORD_ALLOWLIST: z
    .string()
    .regex(/^\s*\d+(\s*,\s*\d+)*\s*$/, 'must be user ids (numbers), comma separated')
    .transform((ids) => new Set(ids.split(',').map((id) => id.trim())))
    .optional(),
});

/** Discord's configuration, read and checked. */
export interface DiscordConfig {
  token: string;
  /** How the bot is named among our accounts. */
  account: string;
  /** Where the API is: `…/api`, without version and final slash. */
  apiUrl: string;
  /** Sends in any second: overall, and to one chat. */
  sendRate: number;
  chatRate: number;
  /** The user ids that are listened to; absent: everybody. */
  allowed?: ReadonlySet<string>;
}

/** Reads Discord's variables; `undefined` when there is no bot. Throws `ConfigError` that names each wrong one. */
export function readConfig(env: Env): DiscordConfig | undefined {
  const result = schema.safeParse(withoutEmpty(env));
  if (!result.success) {
    const problems = result.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
    throw new ConfigError(`Discord cannot work like this: ${problems.join('; ')}.`);
  }
  const values = result.data;
  const token = values.DISCORD_BOT_TOKEN;
  if (token === undefined) return undefined;
  if ((values.DISCORD_ACCESS === 'allowlist') !== (values.DISCORD_ALLOWLIST !== undefined)) {
    throw new ConfigError('DISCORD_ACCESS=allowlist and DISCORD_ALLOWLIST go together: set both or neither.');
  }
  return {
    token,
    account: accountOf(token),
    apiUrl: values.DISCORD_API_URL,
    sendRate: values.DISCORD_SEND_RATE,
    chatRate: values.DISCORD_CHAT_RATE,
    ...(values.DISCORD_ALLOWLIST !== undefined && { allowed: values.DISCORD_ALLOWLIST }),
  };
}
