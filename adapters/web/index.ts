/** The web page as a channel: only its way in and out. The page itself is `src/web`. */
import type { ChannelFactory } from '#src/channel.ts';
import { readWebAccess } from './config.ts';
import { format } from './format.ts';
import { createReceive } from './receive.ts';
import { send } from './send.ts';

/** Makes the channel `web`; `undefined` when `WEB_ACCESS` is `off`. */
export const createWeb: ChannelFactory = async (env) => {
  if (readWebAccess(env) === 'off') return undefined;
  return {
    name: 'web',
    account: 'web',
    abilities: {
      redelivers: 'while its tab is open: the page repeats what was not acknowledged',
      deduplicates: 'key',
      readsBack: false,
      states: ['sent'],
    },
    format,
    send,
    receive: createReceive(() => new Date()),
    startLink: async (code, base) => `${base}/chat?start=${code}`,
  };
};
