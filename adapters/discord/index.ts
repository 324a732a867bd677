/** Discord as a channel. */
import type { ChannelFactory } from '#src/channel.ts';
import { readConfig } from './config.ts';

/** Makes the channel `discord`; `undefined` without `DISCORD_BOT_TOKEN`, and then discord.js is not loaded. */
export const createDiscord: ChannelFactory = async (env, ports) => {
  const config = readConfig(env);
  if (!config) return undefined;
  const { createDiscordChannel } = await import('./channel.ts');
  return createDiscordChannel(config, ports);
};
