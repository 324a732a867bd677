/** One WhatsApp number as a channel: the parts of this folder put together. */
import type { Channel, ChannelPorts } from '#src/channel.ts';
import type { Inbound } from '#src/message.ts';
import { createGate } from './access.ts';
import { createCatchUp } from './catch-up.ts';
import type { WhatsappConfig } from './config.ts';
import { createOpenDirect } from './direct.ts';
import { formatWhatsapp } from './format.ts';
import type { Held } from './life.ts';
import { createListen } from './listen.ts';
import { ACCOUNT } from './normalize/people.ts';
import { readWhatsapp } from './normalize/read.ts';
import { event } from './normalize/schema.ts';
import { createPhoneWatch } from './phone.ts';
import { createAsk, createLookUp, createSend, within } from './send.ts';

/** So many at once, as a human might; then no faster than the rate. */
const BURST = 3;

/** Makes the channel. No browser runs before `listen` is called. */
export function createWhatsappChannel(config: WhatsappConfig, { log }: ChannelPorts): Channel {
  const held: Held = { isHere: false, isReady: false, underWay: new Set() };
  const gate = createGate(config.access);
  const phone = createPhoneWatch(config.sessionDir, log);
  const ask = createAsk(held);
  const admit = (raw: unknown, events: Inbound[]): Inbound[] => {
    const { data } = event.safeParse(raw);
    return gate.admit(events, data?.me ?? held.me ?? {});
  };
  // The phone was there also when its owner wrote to somebody who is none of our business.
  const take = (raw: unknown): Inbound[] => {
    const events = readWhatsapp(raw, config);
    for (const one of events) if (one.kind === 'message' && one.origin === 'phone') phone.seen(one.at);
    return admit(raw, events);
  };
  const chatPace = { perSecond: config.chatRate, burst: BURST };
  return {
    name: 'whatsapp',
    account: ACCOUNT,
    abilities: {
      redelivers: 'never; what was missed is read from the chats',
      deduplicates: 'nothing',
      readsBack: true,
      states: ['sent', 'delivered', 'read'],
    },
    pace: { account: { perSecond: config.sendRate, burst: BURST }, direct: chatPace, group: chatPace },
    format: formatWhatsapp,
    send: createSend(held, ask, gate),
    read: (raw) => admit(raw, readWhatsapp(raw, config)),
    listen: createListen({ config, held, phone, take, log }),
    async typing(chat, signal) {
      await ask('typing', { chat: chat.externalId }, within(signal));
    },
    lookUp: createLookUp(ask),
    // https://faq.whatsapp.com/5913398998672934 (click to chat)
    async startLink(code) {
      const number = held.me?.phone?.split('@')[0];
      if (number === undefined || config.access.to === 'self') return undefined;
      return `https://wa.me/${number}?text=${encodeURIComponent(`/start ${code}`)}`;
    },
    openDirect: createOpenDirect(ask, config.access),
    catchUp: createCatchUp({ ask, gate, me: () => held.me, read: take, log }),
    async probe(signal) {
      await ask('ping', {}, within(signal));
    },
  };
}
