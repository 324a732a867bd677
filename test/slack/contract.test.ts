import { channelContract, type Trouble } from '#test/channel-contract.ts';
import { encode, sign } from '#test/standins/slack/deliver.ts';
import type { Fault } from '#test/standins/slack/index.ts';
import { startSlack } from '#test/standins/slack/index.ts';
import { keepLog } from '#test/keep-log.ts';
import { chatIn, envOf, makeChannel } from './app.ts';
import { direct, inChannel, TS } from './events.ts';

const FAULTS: Partial<Record<Extract<Trouble, string>, Fault>> = {
  silence: 'hang',
  cut: 'reset',
  acceptThenSilence: 'acceptThenHang',
  acceptThenCut: 'acceptThenReset',
  nonsense: 'nonsense',
};
const TOO_OLD_S = 301;

const asBody = (event: object) => ({ type: 'event_callback', event_id: 'Ev1', team_id: 'T0', event });
const asRaw = (event: object) => ({ body: asBody(event), receivedAt: '2026-09-21T12:00:00.000Z' });
const unescape = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

channelContract('Slack', {
  // The adapter stays a little below Slack's 12,000 (adapters/slack/format.ts).
  limit: { most: 11_950, sizeOf: ({ length }) => length },
  events: [
    asRaw(direct()),
    asRaw(inChannel({ text: 'to nobody' })),
    asRaw(inChannel({ text: 'in a thread', thread_ts: '1789990000.000001' })),
    asRaw(direct({ subtype: 'message_changed', message: { ...direct(), edited: { ts: '1790000009.000001' } } })),
    asRaw(direct({ subtype: 'message_deleted', deleted_ts: TS })),
    asRaw(direct({ ts: 'yesterday', text: 7 })),
    asRaw({ type: 'something_new' }),
    { body: null },
    { nothing: true },
  ],
  async open(t) {
    const slack = await startSlack({ retryMs: [] });
    t.after(() => slack.stop());
    const log = keepLog();
    const channel = await makeChannel({ ...envOf(slack), SLACK_SIGNING_SECRET: slack.signingSecret }, log);
    const anna = slack.person();
    const home = slack.direct(anna);
    const now = Math.floor(Date.now() / 1000);
    const request = (text: string, secret = slack.signingSecret, at = now) => {
      const { type, body } = encode('events_api', asBody(direct({ channel: home.id, user: anna.id, text })));
      return { headers: { 'content-type': type, ...sign(secret, body, at) }, body: Buffer.from(body) };
    };
    // Who has asked once knows who it is; `read` needs to.
    await channel.receive?.(request('hello'), async () => undefined);
    return {
      channel,
      chat: chatIn(channel, home),
      arrived: () =>
        [...home.messages.values()].flatMap(({ user, blocks }) => {
          const [block] = (blocks ?? []) as { text: string }[];
          return user === slack.bot.userId && block ? [unescape(block.text)] : [];
        }),
      log: log.lines,
      secrets: [slack.botToken, slack.appToken, slack.signingSecret],
      async fail(trouble) {
        if (trouble === 'away') await slack.down();
        else if (typeof trouble === 'object') {
          const { status, retryAfterMs } = trouble;
          slack.faultNext('*', { status, ...(retryAfterMs && { retryAfter: retryAfterMs / 1000 }) });
        } else {
          const fault = FAULTS[trouble];
          if (fault === undefined) return false;
          slack.faultNext('*', fault);
        }
        return true;
      },
      talk: {
        say: (text) => void slack.say({ from: anna, text }),
        again: () => slack.deliveries.slice(-1).map((delivery) => slack.redeliver(delivery)),
      },
      calls: {
        genuine: (text) => request(text),
        forged: (text) => ({
          'with another secret': request(text, 'another'),
          'too old': request(text, slack.signingSecret, now - TOO_OLD_S),
          'with a body of its own': { ...request(text), body: Buffer.from(JSON.stringify(asBody(direct()))) },
          'without a signature': { ...request(text), headers: {} },
        }),
      },
    };
  },
});
