/** A bot of ours on the stand-in, and what a test sees of it. */
import type { TestContext } from 'node:test';
import { createDiscord } from '#adapters/discord/index.ts';
import type { Channel, ChannelReport, ChannelState, CommandInfo, Env } from '#src/channel.ts';
import type { Logger } from '#src/log.ts';
import type { ChatRef, Inbound } from '#src/message.ts';
import { keepLog, type Log } from '#test/keep-log.ts';
import { startDiscord } from '#test/standins/discord/index.ts';
import type { Channel as Place, DiscordOptions, DiscordStandin } from '#test/standins/discord/index.ts';
import { createWatch } from '#test/standins/watch.ts';

/** Makes the channel of one bot. */
export async function makeChannel(
  env: Env,
  ports: { log?: Logger; commands?: readonly CommandInfo[] } = {},
): Promise<Channel> {
  const channel = await createDiscord(env, { log: keepLog(), commands: [], ...ports });
  if (!channel) throw new Error('The channel is not configured.');
  return channel;
}

/** A stand-in, and our channel on it. */
export async function startBot(
  t: TestContext,
  { commands, env, ...options }: DiscordOptions & { commands?: readonly CommandInfo[]; env?: Env } = {},
): Promise<{ discord: DiscordStandin; channel: Channel; log: Log }> {
  const discord = await startDiscord(options);
  t.after(() => discord.stop());
  const log = keepLog();
  const channel = await makeChannel(
    { DISCORD_BOT_TOKEN: discord.token, DISCORD_API_URL: `${discord.apiUrl}/`, ...env },
    { log, ...(commands && { commands }) },
  );
  return { discord, channel, log };
}

/** What a listening channel told us. */
export interface Listening {
  stored: Inbound[];
  reports: ChannelReport[];
  refused: Inbound[][];
  /** Makes the store refuse the next batches. */
  refuse(times: number): void;
  /** Resolves when the channel has come to this state so many times. */
  reported(state: ChannelState, times?: number): Promise<ChannelReport>;
  /** Resolves with what is stored when there is as much of it. */
  has(count: number): Promise<Inbound[]>;
  /** Settles as `listen` does. */
  ended: Promise<void>;
  stop(): Promise<void>;
}

/** Lets the channel listen until the test ends. `store` may hold a batch back. */
export function listenTo(t: TestContext, channel: Channel, store: () => Promise<void> = async () => {}): Listening {
  const stopping = new AbortController();
  const seen = { stored: [] as Inbound[], reports: [] as ChannelReport[], refused: [] as Inbound[][] };
  const watch = createWatch(() => JSON.stringify(seen));
  let refusals = 0;
  const report = (said: ChannelReport) => {
    seen.reports.push(said);
    watch.changed();
  };
  const emit = async (batch: Inbound[]) => {
    if (refusals > 0) {
      refusals -= 1;
      seen.refused.push(batch);
      watch.changed();
      throw new Error('The store is away.');
    }
    await store();
    seen.stored.push(...batch);
    watch.changed();
  };
  const ended = channel.listen?.(emit, report, stopping.signal) ?? Promise.resolve();
  const stop = async () => {
    stopping.abort();
    await ended;
  };
  t.after(async () => {
    await stop().catch(() => undefined);
    watch.end();
  });
  return {
    ...seen,
    ended,
    stop,
    refuse: (times) => void (refusals = times),
    reported: (state, times = 1) =>
      watch.waitFor(seen, ({ reports }) => reports.filter((one) => one.state === state)[times - 1]),
    has: (count) => watch.waitFor(seen, ({ stored }) => stored.length >= count && stored),
  };
}

/** A channel that listens and is ready. */
export async function listening(t: TestContext, channel: Channel, store?: () => Promise<void>): Promise<Listening> {
  const one = listenTo(t, channel, store);
  await one.reported('ready');
  return one;
}

/** A place as the core names it. */
export function chatIn(channel: Channel, { id, guild_id, name }: Place): ChatRef {
  const own = { account: channel.account, externalId: id, threadId: '' };
  if (guild_id === undefined) return { ...own, kind: 'direct' };
  return { ...own, kind: 'group', ...(name !== undefined && { title: name }) };
}

/** The texts of what was stored, or its kind where it has none. */
export function textsOf(batch: readonly Inbound[]): string[] {
  return batch.map((one) => ('text' in one ? one.text : one.kind));
}
