/** Telegram as a channel. */
import type { ChannelFactory } from '#src/channel.ts';
import { readConfig } from './config.ts';

/** Makes the channel `telegram`; `undefined` without `TELEGRAM_BOT_TOKEN`, and then grammY is not loaded. */
export const createTelegram: ChannelFactory = async (env, ports) => {
  const config = readConfig(env);
  if (!config) return undefined;
  const { createTelegramChannel } = await import('./channel.ts');
  return createTelegramChannel(config, ports);
};
