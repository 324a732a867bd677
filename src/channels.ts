/** The channels that the environment configures. */
import { channels as factories } from '#adapters/index.ts';
import type { Channel, Env } from './channel.ts';
import { listCommands } from './commands/commands.ts';
import type { Config } from './config.ts';
import { ConfigError } from './errors.ts';
import type { Logger } from './log.ts';

/** Makes every configured channel. Reports all that are half configured at once. */
export async function createChannels(
  env: Env,
  config: Pick<Config, 'PUBLIC_URL'>,
  log: Logger,
): Promise<Map<string, Channel>> {
  const ports = { log, commands: listCommands(), ...(config.PUBLIC_URL ? { publicUrl: config.PUBLIC_URL } : {}) };
  const made = await Promise.allSettled(factories.map((create) => create(env, ports)));
  const failures = made.filter((result) => result.status === 'rejected').map(({ reason }) => reason as unknown);
  const foreign = failures.find((reason) => !(reason instanceof ConfigError));
  if (foreign) throw foreign;
  if (failures.length > 0) throw new ConfigError(failures.map((reason) => (reason as Error).message).join('\n'));
  const channels = made.flatMap((result) => (result.status === 'fulfilled' && result.value ? [result.value] : []));
  return new Map(channels.map((channel) => [channel.name, channel]));
}
