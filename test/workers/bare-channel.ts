/** The least that a channel is, for tests of what the workers do with one. */
import type { Channel } from '#src/channel.ts';

/** Makes it: it takes everything, and promises nothing. `more` is what the test is about. */
export function bareChannel(more: Partial<Channel>): Channel {
  return {
    name: 'x',
    account: 'us',
    abilities: { redelivers: 'never', deduplicates: 'nothing', readsBack: false, states: ['sent'] },
    format: (text) => [text],
    send: async () => ({ externalId: 'm1' }),
    ...more,
  };
}
