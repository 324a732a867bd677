/** Slack's variables. */
import { z } from 'zod';
import type { Env } from '#src/channel.ts';
import { ConfigError } from '#src/errors.ts';
import { address, listOf, openOrAllowlist, rate, readVariables, refuseHalfAllowlist } from '#src/variables.ts';

const schema = z.object({
  SLACK_BOT_TOKEN: z
    .string()
    .trim()
    .regex(/^xoxb-\S+$/, 'must be the Bot User OAuth Token, which begins with xoxb-')
    .optional(),
  SLACK_APP_TOKEN: z
    .string()
    .trim()
    .regex(/^xapp-\S+$/, 'must be an App-Level Token, which begins with xapp-')
    .optional(),
  SLACK_SIGNING_SECRET: z.string().trim().optional(),
  SLACK_API_URL: address.transform((url) => url.replace(/\/*$/, '/')).default('https://slack.com/api/'),
  SLACK_ACCESS: openOrAllowlist,
  SLACK_ALLOWLIST: listOf(/[UW][A-Z0-9]+/, 'member ids such as U012AB3CD').optional(),
  SLACK_SEND_RATE: rate.optional(),
  SLACK_CHAT_RATE: rate.default(1),
});

/** Slack's configuration, read and checked. */
export interface SlackConfig {
  botToken: string;
  /** The app's place: the numbers of workspace and bot that stand in its token, which a new token has too. */
  account: string;
  /** Present: Socket Mode. */
  appToken?: string;
  /** Present: signed HTTP calls are answered. */
  signingSecret?: string;
  /** Where the Web API is, with its final slash. */
  apiUrl: string;
  /** The member ids that are listened to; absent: everybody. */
  allowed?: ReadonlySet<string>;
  /** Sends a second overall; absent: Slack sets no limit. */
  sendRate?: number;
  /** Sends a second to one channel or direct chat. */
  chatRate: number;
}

type Values = z.infer<typeof schema>;

/** What is set in halves: an app without its bot, or a bot that nothing could reach. */
function problemOf(values: Values): string | undefined {
  const { SLACK_BOT_TOKEN: bot, SLACK_APP_TOKEN: app, SLACK_SIGNING_SECRET: secret } = values;
  if (bot === undefined && (app ?? secret) !== undefined) {
    const name = app === undefined ? 'SLACK_SIGNING_SECRET' : 'SLACK_APP_TOKEN';
    return `${name} is set, but SLACK_BOT_TOKEN is not: set both or neither.`;
  }
  if (bot !== undefined && app === undefined && secret === undefined) {
    return (
      'SLACK_BOT_TOKEN is set, but nothing by which Slack could reach us: set SLACK_APP_TOKEN (Socket Mode), ' +
      'or SLACK_SIGNING_SECRET (events over HTTP), or both.'
    );
  }
  return undefined;
}

/** `xoxb-WORKSPACE-BOT-SECRET`: what is no secret of it. */
function accountOf(botToken: string): string {
  return /^xoxb-(\d+-\d+)-/.exec(botToken)?.[1] ?? 'app';
}

/**
 * Reads Slack's variables; `undefined` when there is no bot. Throws `ConfigError` that names each wrong or missing
 * one, and never repeats a token.
 */
export function readConfig(env: Env): SlackConfig | undefined {
  const values = readVariables('Slack', schema, env);
  const problem = problemOf(values);
  if (problem !== undefined) throw new ConfigError(problem);
  refuseHalfAllowlist('SLACK', values.SLACK_ACCESS, values.SLACK_ALLOWLIST);
  const botToken = values.SLACK_BOT_TOKEN;
  if (botToken === undefined) return undefined;
  return {
    botToken,
    account: accountOf(botToken),
    ...(values.SLACK_APP_TOKEN !== undefined && { appToken: values.SLACK_APP_TOKEN }),
    ...(values.SLACK_SIGNING_SECRET !== undefined && { signingSecret: values.SLACK_SIGNING_SECRET }),
    apiUrl: values.SLACK_API_URL,
    ...(values.SLACK_ALLOWLIST !== undefined && { allowed: values.SLACK_ALLOWLIST }),
    ...(values.SLACK_SEND_RATE !== undefined && { sendRate: values.SLACK_SEND_RATE }),
    chatRate: values.SLACK_CHAT_RATE,
  };
}
