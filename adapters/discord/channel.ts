/** One Discord bot as a channel: the parts of this folder put together. */
import type { Channel, ChannelPorts, Pace } from '#src/channel.ts';
import type { Inbound } from '#src/message.ts';
import { createAccess } from './access.ts';
import { createApi } from './api.ts';
import { createCatchUp } from './catch-up.ts';
import type { DiscordConfig } from './config.ts';
import { createOpenDirect } from './direct.ts';
import { formatDiscord } from './format.ts';
import { createInteractions } from './interactions.ts';
import { createListen } from './listen.ts';
import { createLookUp } from './look-up.ts';
import { createEchoes } from './nonce.ts';
import { readEvent } from './normalize/read.ts';
import { createPlaces } from './places.ts';
import { createSelf } from './self.ts';
import { createPreview, createSay, createSend, createTyping } from './send.ts';

/**
 * Discord's limits, bursts counted in: 5 messages in any 5 s in one channel, which is 3 at once and the others spread
 * out, and 50 calls in any second. Of these a fifth is left free, because what we count here leaves later: some of it
 * by more than the rest. The client keeps to the headers besides, and to the 50 where the calls leave.
 */
function paceOf({ sendRate, chatRate }: DiscordConfig): Pace {
  const chat = { perSecond: 0.4 * chatRate, burst: Math.max(1, Math.round(3 * chatRate)) };
  return {
    account: { perSecond: 0.6 * sendRate, burst: Math.max(1, Math.floor(0.2 * sendRate)) },
    direct: chat,
    group: chat,
  };
}

/** Makes the channel. Nothing is asked of Discord before the channel is used. */
export function createDiscordChannel(config: DiscordConfig, { log, commands }: ChannelPorts): Channel {
  const { account, token } = config;
  const api = createApi(config);
  const echoes = createEchoes();
  const self = createSelf(api, account);
  const places = createPlaces(self);
  const interactions = createInteractions(api, log);
  const say = createSay(api, echoes);
  const admit = createAccess(config);
  const read = (raw: unknown): Inbound[] => admit(readEvent(raw, self));
  const now = () => new Date();
  return {
    name: 'discord',
    account,
    abilities: {
      redelivers: 'not at all; a dropped connection replays some minutes, and what is older is read back',
      deduplicates: 'key',
      readsBack: true,
      states: ['sent'],
    },
    pace: paceOf(config),
    format: formatDiscord,
    send: createSend(say, interactions, echoes),
    read,
    listen: createListen({ api, token, self, commands, places, echoes, interactions, read, log, now }),
    typing: createTyping(api),
    preview: createPreview(api),
    lookUp: createLookUp({ api, self, echoes, interactions, say }),
    catchUp: createCatchUp({ api, account, places, read, log }),
    openDirect: createOpenDirect(api, account),
    probe: (signal) => self.learn(signal),
  };
}
