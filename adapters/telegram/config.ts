/** Telegram's variables. */
import { z } from 'zod';
import type { Env } from '#src/channel.ts';
import { ConfigError } from '#src/errors.ts';
import { address, listOf, openOrAllowlist, rate, readVariables, refuseHalfAllowlist } from '#src/variables.ts';

const schema = z.object({
  TELEGRAM_BOT_TOKEN: z
    .string()
    .trim()
    .regex(/^\d+:[\w-]+$/, 'must be the token that @BotFather gave, such as 123456789:AA…')
    .optional(),
  TELEGRAM_API_ROOT: address.transform((root) => root.replace(/\/+$/, '')).default('https://api.telegram.org'),
  TELEGRAM_WEBHOOK_SECRET: z
    .string()
    .regex(/^[\w-]{1,256}$/, 'must be 1 to 256 of the characters A-Z a-z 0-9 _ -')
    .optional(),
  TELEGRAM_SEND_RATE: rate.default(30),
  TELEGRAM_CHAT_RATE: rate.default(1),
  TELEGRAM_ACCESS: openOrAllowlist,
  TELEGRAM_ALLOWLIST: listOf(/\d+/, 'user ids (numbers)').optional(),
});

/** Telegram's configuration, read and checked. */
export interface TelegramConfig {
  token: string;
  /** The bot's id: the digits before the colon of its token. */
  account: string;
  /** Where the Bot API is, without a final slash. */
  apiRoot: string;
  webhookSecret?: string;
  /** Sends a second: overall, and to one private chat. */
  sendRate: number;
  chatRate: number;
  /** The user ids that are listened to; absent: everybody. */
  allowed?: ReadonlySet<string>;
}

/**
 * Reads Telegram's variables; `undefined` when there is no bot. Throws `ConfigError` that names each wrong one,
 * also when there is a webhook secret and no bot that it could be for.
 */
export function readConfig(env: Env): TelegramConfig | undefined {
  const values = readVariables('Telegram', schema, env);
  const token = values.TELEGRAM_BOT_TOKEN;
  if (token === undefined) {
    if (values.TELEGRAM_WEBHOOK_SECRET === undefined) return undefined;
    throw new ConfigError('TELEGRAM_WEBHOOK_SECRET is set, but TELEGRAM_BOT_TOKEN is not: set both or neither.');
  }
  refuseHalfAllowlist('TELEGRAM', values.TELEGRAM_ACCESS, values.TELEGRAM_ALLOWLIST);
  return {
    token,
    account: token.slice(0, token.indexOf(':')),
    apiRoot: values.TELEGRAM_API_ROOT,
    ...(values.TELEGRAM_WEBHOOK_SECRET !== undefined && { webhookSecret: values.TELEGRAM_WEBHOOK_SECRET }),
    sendRate: values.TELEGRAM_SEND_RATE,
    chatRate: values.TELEGRAM_CHAT_RATE,
    ...(values.TELEGRAM_ALLOWLIST !== undefined && { allowed: values.TELEGRAM_ALLOWLIST }),
  };
}
