/** One Telegram bot as a channel: the parts of this folder put together. */
import type { Channel, ChannelPorts, Pace } from '#src/channel.ts';
import { UnavailableError, describeError } from '#src/errors.ts';
import type { Inbound } from '#src/message.ts';
import { createAccess } from './access.ts';
import { createApi, callSignal } from './api.ts';
import type { TelegramConfig } from './config.ts';
import { formatTelegram } from './format.ts';
import { createListen } from './listen.ts';
import { readUpdate } from './normalize/read.ts';
import { createPreview } from './preview.ts';
import { createReceive } from './receive.ts';
import { createSelf } from './self.ts';
import { createSend, createTyping } from './send.ts';

/** Telegram's limits. A group takes 20 a minute in all: 15 of them spread out, and 5 at once. */
function paceOf({ sendRate, chatRate }: TelegramConfig): Pace {
  return {
    account: { perSecond: sendRate, burst: Math.max(1, Math.ceil(2 * sendRate)) },
    direct: { perSecond: chatRate, burst: 20 },
    group: { perSecond: 15 / 60, burst: 5 },
  };
}

/** Makes the channel. Nothing is asked of Telegram before the channel is used. */
export function createTelegramChannel(config: TelegramConfig, { log, publicUrl }: ChannelPorts): Channel {
  const api = createApi(config);
  const self = createSelf(api, config.account);
  const admit = createAccess(config);
  const read = (raw: unknown): Inbound[] => {
    const known = self.known();
    if (known) return admit(readUpdate(raw, known));
    // A process that neither listens nor receives has never asked.
    self.learn().catch((error: unknown) => log.warn({ error: describeError(error) }, 'telegram: who are we?'));
    throw new UnavailableError('Telegram has not said yet who this bot is: try again in a moment.', { certain: true });
  };
  const { webhookSecret: secret } = config;
  const webhook = publicUrl !== undefined && secret !== undefined ? { publicUrl, secret } : undefined;
  return {
    name: 'telegram',
    account: config.account,
    abilities: { redelivers: 'for 24 hours', deduplicates: 'nothing', readsBack: false, states: ['sent'] },
    pace: paceOf(config),
    format: formatTelegram,
    send: createSend(api, log),
    read,
    listen: createListen({ api, self, read, log, ...(webhook && { webhook }) }),
    ...(webhook && {
      receive: createReceive({
        secret: webhook.secret,
        whoAmI: async () => self.known() ?? (await self.learn()),
        read: (raw, known) => admit(readUpdate(raw, known)),
      }),
    }),
    typing: createTyping(api),
    preview: createPreview(api, log),
    // https://core.telegram.org/bots/features#deep-linking
    startLink: async (code) => `https://t.me/${(self.known() ?? (await self.learn())).username}?start=${code}`,
    probe: async (signal) => {
      await api.getMe(callSignal(signal));
    },
  };
}
