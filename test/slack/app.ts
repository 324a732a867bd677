/** An app of ours on the stand-in, and what a test sees of it. */
import type { TestContext } from 'node:test';
import { createSlack } from '#adapters/slack/index.ts';
import type { Channel, ChannelReport, ChannelState, Env } from '#src/channel.ts';
import type { Logger } from '#src/log.ts';
import type { ChatRef, Inbound } from '#src/message.ts';
import { keepLog, type Log } from '#test/keep-log.ts';
import { startSlack } from '#test/standins/slack/index.ts';
import type { SlackOptions, SlackStandin } from '#test/standins/slack/index.ts';
import { createWatch } from '#test/standins/watch.ts';

/** The commands of a small core. */
const COMMANDS = ['help', 'new', 'switch', 'stop'].map((name) => ({ name, description: name }));

/** Makes the channel of one app. */
export async function makeChannel(env: Env, log: Logger = keepLog()): Promise<Channel> {
  const channel = await createSlack(env, { log, commands: COMMANDS });
  if (!channel) throw new Error('The channel is not configured.');
  return channel;
}

/** How an app is told of events. */
export type Way = 'socket' | 'http';

/** The variables of an app on the stand-in. */
export function envOf(slack: SlackStandin, way: Way = 'socket'): Env {
  const { botToken, appToken, signingSecret, apiUrl } = slack;
  const reach = way === 'socket' ? { SLACK_APP_TOKEN: appToken } : { SLACK_SIGNING_SECRET: signingSecret };
  return { SLACK_BOT_TOKEN: botToken, SLACK_API_URL: apiUrl, ...reach };
}

/** A stand-in, and our channel on it. */
export async function startApp(
  t: TestContext,
  options: SlackOptions = {},
  env: Env = {},
): Promise<{ slack: SlackStandin; channel: Channel; log: Log }> {
  const slack = await startSlack(options);
  t.after(() => slack.stop());
  const log = keepLog();
  return { slack, channel: await makeChannel({ ...envOf(slack), ...env }, log), log };
}

/** What a channel told us. */
export interface Told {
  emit: (batch: Inbound[]) => Promise<void>;
  stored: Inbound[];
  /** Batches that the store refused. */
  refused: Inbound[][];
  /** Makes the store refuse the next batches. */
  refuse(times: number): void;
  /** Resolves when so many things are stored. */
  whenStored(count: number): Promise<Inbound[]>;
}

/** A store that may refuse. `before` may hold a batch back. */
export function createStore(before: () => Promise<void> = async () => {}): Told {
  const stored: Inbound[] = [];
  const refused: Inbound[][] = [];
  const watch = createWatch(() => JSON.stringify(stored));
  let refusals = 0;
  return {
    stored,
    refused,
    refuse: (times) => void (refusals = times),
    whenStored: (count) => watch.waitFor(stored, (all) => all.length >= count && all),
    async emit(batch) {
      if (refusals > 0) {
        refusals -= 1;
        refused.push(batch);
        throw new Error('The store is away.');
      }
      await before();
      stored.push(...batch);
      watch.changed();
    },
  };
}

/** What a listening channel told us. */
export interface Listening extends Told {
  reports: ChannelReport[];
  /** Resolves when there are so many reports of this state. */
  reported(state: ChannelState, count?: number): Promise<ChannelReport>;
  /** Settles as `listen` does. */
  ended: Promise<void>;
  stop(): Promise<void>;
}

/** Lets the channel listen until the test ends. */
export function listenTo(t: TestContext, channel: Channel, told: Told = createStore()): Listening {
  const stopping = new AbortController();
  const reports: ChannelReport[] = [];
  const watch = createWatch(() => JSON.stringify(reports));
  const report = (said: ChannelReport) => {
    reports.push(said);
    watch.changed();
  };
  const ended = channel.listen?.(told.emit, report, stopping.signal) ?? Promise.resolve();
  const stop = async () => {
    stopping.abort();
    await ended;
  };
  t.after(() => stop().catch(() => undefined));
  return {
    ...told,
    reports,
    ended,
    stop,
    reported: (state, count = 1) =>
      watch.waitFor(reports, (all) => all.filter((one) => one.state === state)[count - 1]),
  };
}

/** A chat on the stand-in, as the core names it. */
export function chatIn(channel: Channel, place: { id: string; kind: string }, threadId = ''): ChatRef {
  const kind = place.kind === 'im' ? 'direct' : 'group';
  return { account: channel.account, externalId: place.id, threadId, kind };
}
