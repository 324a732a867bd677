import { channelContract, type Trouble } from '#test/channel-contract.ts';
import type { Fault } from '#test/standins/discord/index.ts';
import { chatIn, startBot } from './bot.ts';
import { anna, inServer, message } from './events.ts';

const FAULTS: Partial<Record<Extract<Trouble, string>, Fault>> = {
  silence: 'hang',
  cut: 'reset',
  acceptThenSilence: 'acceptThenHang',
  acceptThenCut: 'acceptThenReset',
  nonsense: 'acceptThenNonsense',
};

const inThread = { isThread: true };
const of = { channel_id: '1457510428359004343' };

channelContract('Discord', {
  limit: { most: 2000, sizeOf: ({ length }) => length },
  certain: [502],
  events: [
    { t: 'MESSAGE_CREATE', d: message({ content: 'hello' }) },
    { t: 'MESSAGE_UPDATE', d: message({ content: 'hallo', edited_timestamp: '2026-01-05T00:50:00+00:00' }) },
    { t: 'MESSAGE_CREATE', d: inServer({ content: '<@7000000000000000001> hello' }) },
    { t: 'MESSAGE_CREATE', d: inServer({ content: 'what follows' }), around: inThread },
    { t: 'MESSAGE_DELETE', d: { id: '1457536551830421524', ...of } },
    { t: 'MESSAGE_DELETE_BULK', d: { ids: ['1457536551830421524', '1457536551830421525'], ...of } },
    { t: 'INTERACTION_CREATE', d: { id: '1', type: 2, user: anna, data: { type: 1, name: 'help' }, ...of } },
    { t: 'MESSAGE_CREATE', d: { id: 7, author: 'somebody' } },
    { t: 'SOMETHING_NEW', d: {} },
    { nothing: true },
  ],
  async open(t) {
    const { discord, channel, log } = await startBot(t);
    const person = discord.person();
    const direct = discord.direct(person);
    let last: object = {};
    return {
      channel,
      chat: chatIn(channel, direct),
      arrived: () =>
        discord.messagesIn(direct).flatMap(({ author, content }) => (author.id === discord.bot.id ? [content] : [])),
      log: log.lines,
      secrets: [discord.token],
      async fail(trouble) {
        if (trouble === 'away') await discord.down();
        else if (typeof trouble === 'object') {
          const { status, retryAfterMs } = trouble;
          discord.faultNext('*', { status, ...(retryAfterMs && { retry_after: retryAfterMs / 1000 }) });
        } else {
          const fault = FAULTS[trouble];
          if (fault === undefined) return false;
          discord.faultNext('*', fault);
        }
        return true;
      },
      talk: {
        say: (content) => void (last = discord.say({ from: person, content })),
        // As Discord replays it to a connection that was taken up again.
        again: () => discord.dispatch('MESSAGE_CREATE', { ...last, channel_type: direct.type }),
      },
    };
  },
});
