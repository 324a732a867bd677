/** Every channel that Pantheon speaks, one line each. A channel's code is loaded only when its maker is asked. */
import type { ChannelFactory } from '#src/channel.ts';

/** Makers of the channels; each gives `undefined` when its channel is not configured. */
export const channels: readonly ChannelFactory[] = [
  async (env, ports) => (await import('./slack/index.ts')).createSlack(env, ports),
  async (env, ports) => (await import('./telegram/index.ts')).createTelegram(env, ports),
  async (env, ports) => (await import('./discord/index.ts')).createDiscord(env, ports),
  async (env, ports) => (await import('./web/index.ts')).createWeb(env, ports),
  async (env, ports) => (await import('./whatsapp/index.ts')).createWhatsapp(env, ports),
];
