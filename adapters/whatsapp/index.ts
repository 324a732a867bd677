/** WhatsApp as a channel. */
import type { ChannelFactory } from '#src/channel.ts';
import { readConfig } from './config.ts';

/** Makes the channel `whatsapp`; `undefined` without `WHATSAPP_ENABLED`. The library is loaded by the child only. */
export const createWhatsapp: ChannelFactory = async (env, ports) => {
  const config = readConfig(env);
  if (!config) return undefined;
  const { createWhatsappChannel } = await import('./channel.ts');
  return createWhatsappChannel(config, ports);
};
