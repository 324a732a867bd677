/** Slack as a channel. */
import type { ChannelFactory } from '#src/channel.ts';
import { readConfig } from './config.ts';

/** Makes the channel `slack`; `undefined` without `SLACK_BOT_TOKEN`, and then Bolt is not loaded. */
export const createSlack: ChannelFactory = async (env, ports) => {
  const config = readConfig(env);
  if (!config) return undefined;
  const { createSlackChannel } = await import('./channel.ts');
  return createSlackChannel(config, ports);
};
