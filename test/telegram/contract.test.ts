import type { Channel } from '#src/channel.ts';
import { channelContract, type Trouble } from '#test/channel-contract.ts';
import type { Fault } from '#test/standins/telegram/index.ts';
import { startTelegram } from '#test/standins/telegram/index.ts';
import { keepLog } from '#test/keep-log.ts';
import { directChat, makeChannel } from './bot.ts';

const SECRET = 'a-Secret_1';
const HEADER = 'x-telegram-bot-api-secret-token';
const FAULTS: Partial<Record<Extract<Trouble, string>, Fault>> = {
  silence: 'hang',
  cut: 'reset',
  acceptThenSilence: 'acceptThenHang',
  acceptThenCut: 'acceptThenReset',
};

const user = { id: 5, is_bot: false, first_name: 'Anna' };
const message = { message_id: 10, date: 1_790_000_000, from: user, chat: { id: 5, type: 'private' }, text: 'hello' };
const group = { id: -100200, type: 'supergroup', title: 'Team' };

channelContract('Telegram', {
  limit: { most: 4096, sizeOf: ({ length }) => length },
  certain: [500, 502],
  events: [
    { update_id: 1, message },
    { update_id: 2, edited_message: { ...message, edit_date: 1_790_000_100, text: 'hallo' } },
    { update_id: 3, message: { ...message, chat: group, text: '/help@standin_bot' } },
    { update_id: 4, message: { message_id: 'seven', date: 'today' } },
    { update_id: 5, something_new: {} },
    {
      update_id: 6,
      my_chat_member: { chat: message.chat, from: user, date: 1, new_chat_member: { status: 'kicked' } },
    },
    { nothing: true },
  ],
  async open(t) {
    const telegram = await startTelegram();
    t.after(() => telegram.stop());
    const log = keepLog();
    const env = { TELEGRAM_BOT_TOKEN: telegram.token, TELEGRAM_API_ROOT: telegram.apiRoot };
    const polling = await makeChannel(env, { log });
    const receiving = await makeChannel(
      { ...env, TELEGRAM_WEBHOOK_SECRET: SECRET },
      { log, publicUrl: 'https://pantheon.example' },
    );
    // The one that listens has learnt who it is; `read` needs to know.
    await polling.startLink?.('code', '');
    const channel: Channel = {
      ...polling,
      receive: async (...call) => (await receiving.receive?.(...call)) ?? { status: 404 },
    };
    const anna = telegram.person();
    telegram.openChat(anna);
    const request = (headers: object, text: string) => ({
      headers: { ...headers },
      body: Buffer.from(JSON.stringify({ update_id: 7, message: { ...message, text } })),
    });
    return {
      channel,
      chat: directChat(channel, anna),
      arrived: () =>
        telegram.messagesIn(anna.id).flatMap(({ from, text = '' }) => (from?.id === telegram.botId ? [text] : [])),
      log: log.lines,
      secrets: [telegram.token.split(':')[1] ?? '', SECRET],
      async fail(trouble) {
        if (trouble === 'away') await telegram.down();
        else if (typeof trouble === 'object') {
          const { status, retryAfterMs } = trouble;
          telegram.faultNext('*', { status, ...(retryAfterMs ? { retry_after: retryAfterMs / 1000 } : {}) });
        } else {
          const fault = FAULTS[trouble];
          if (fault === undefined) return false;
          telegram.faultNext('*', fault);
        }
        return true;
      },
      talk: {
        say: (text) => void telegram.say({ from: anna, text }),
        again: async () => {
          await telegram.waitFor(({ pending }) => pending === 0);
          telegram.redeliverAll();
        },
      },
      calls: {
        genuine: (text) => request({ [HEADER]: SECRET }, text),
        forged: (text) => ({
          'without the secret': request({}, text),
          'with a wrong one': request({ [HEADER]: 'another' }, text),
          'with an empty one': request({ [HEADER]: '' }, text),
          'with two': request({ [HEADER]: [SECRET, SECRET] }, text),
        }),
      },
    };
  },
});
