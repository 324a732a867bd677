/** One Slack app in one workspace as a channel: the parts of this folder put together. */
import type { Channel, ChannelPorts, Pace } from '#src/channel.ts';
import { UnavailableError, describeError } from '#src/errors.ts';
import type { Inbound } from '#src/message.ts';
import { createAccess } from './access.ts';
import { createApi } from './api.ts';
import { createCatchUp } from './catch-up.ts';
import type { SlackConfig } from './config.ts';
import { createOpenDirect } from './direct.ts';
import { createDirectory } from './directory.ts';
import { formatSlack } from './format.ts';
import { createIntake } from './intake.ts';
import { createListen } from './listen.ts';
import { createLookUp } from './look-up.ts';
import { readRaw } from './normalize/read.ts';
import { createReceive } from './receive.ts';
import { createSelf } from './self.ts';
import type { Self } from './self.ts';
import { createPreview, createSend, createTyping } from './send.ts';

/** Slack sets no limit over all channels. */
const UNLIMITED = { perSecond: 1_000_000, burst: 1_000_000 };

/**
 * `chat.update` is taken 50 times a minute over the workspace (docs.slack.dev/apis/web-api/rate-limits, tier 3):
 * rate and burst together stay below that in every minute.
 */
const EDITS = { perSecond: 40 / 60, burst: 10 };

/** Slack takes about one a second to one channel, and short bursts (docs.slack.dev/apis/web-api/rate-limits). */
function paceOf({ sendRate, chatRate }: SlackConfig): Pace {
  const chat = { perSecond: chatRate, burst: 5 };
  const account = sendRate === undefined ? UNLIMITED : { perSecond: sendRate, burst: Math.ceil(2 * sendRate) };
  return { account, direct: chat, group: chat, edits: EDITS };
}

/** Makes the channel. Nothing is asked of Slack before the channel is used. */
export function createSlackChannel(config: SlackConfig, { log, commands }: ChannelPorts): Channel {
  const api = createApi(config);
  const { account, signingSecret } = config;
  const self = createSelf(api, account);
  const admit = createAccess(config);
  const names = new Set(commands.map(({ name }) => name));
  const now = () => new Date();
  const readAs = (raw: unknown, known: Self): Inbound[] => admit(readRaw(raw, { self: known, commands: names }));
  const intake = createIntake({
    whoAmI: async () => self.known() ?? (await self.learn()),
    read: readAs,
    directory: createDirectory(api, log),
    now,
  });
  return {
    name: 'slack',
    account,
    abilities: { redelivers: 'for 6 minutes', deduplicates: 'nothing', readsBack: true, states: ['sent'] },
    pace: paceOf(config),
    format: formatSlack,
    send: createSend(api, log),
    read(raw) {
      const known = self.known();
      if (known) return readAs(raw, known);
      // A process that neither listens nor receives has never asked.
      self.learn().catch((error: unknown) => log.warn({ error: describeError(error) }, 'slack: who are we?'));
      throw new UnavailableError('Slack has not said yet who this app is: try again in a moment.', { certain: true });
    },
    listen: createListen({ config, self, intake, log }),
    ...(signingSecret !== undefined && { receive: createReceive({ signingSecret, intake }) }),
    typing: createTyping(api),
    preview: createPreview(api),
    lookUp: createLookUp(api, now),
    openDirect: createOpenDirect(api, self),
    catchUp: createCatchUp({ api, account, intake, now, log }),
    probe: async (signal) => {
      await api(signal, (web) => web.auth.test());
    },
  };
}
