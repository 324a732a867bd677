/** Discord's variables. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Env } from '#src/channel.ts';
import { address, listOf, openOrAllowlist, rate, readVariables, refuseHalfAllowlist } from '#src/variables.ts';

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
  DISCORD_API_URL: address
    .transform((url) => url.replace(/\/+$/, ''))
    .refine((url) => url.endsWith('/api'), 'must end in /api, without a version')
    .default('https://discord.com/api'),
  DISCORD_SEND_RATE: rate.default(50),
  DISCORD_CHAT_RATE: rate.default(1),
  DISCORD_ACCESS: openOrAllowlist,
  DISCORD_ALLOWLIST: listOf(/\d+/, 'user ids (numbers)').optional(),
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
  const values = readVariables('Discord', schema, env);
  const token = values.DISCORD_BOT_TOKEN;
  if (token === undefined) return undefined;
  refuseHalfAllowlist('DISCORD', values.DISCORD_ACCESS, values.DISCORD_ALLOWLIST);
  return {
    token,
    account: accountOf(token),
    apiUrl: values.DISCORD_API_URL,
    sendRate: values.DISCORD_SEND_RATE,
    chatRate: values.DISCORD_CHAT_RATE,
    ...(values.DISCORD_ALLOWLIST !== undefined && { allowed: values.DISCORD_ALLOWLIST }),
  };
}
