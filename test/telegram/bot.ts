/** A bot of ours on the stand-in, and what a test sees of it. */
import type { TestContext } from 'node:test';
import { createTelegram } from '#adapters/telegram/index.ts';
import type { Channel, ChannelReport, ChannelState, Env } from '#src/channel.ts';
import type { Logger } from '#src/log.ts';
import type { ChatRef, Inbound, InboundMessage } from '#src/message.ts';
import { keepLog, type Log } from '#test/keep-log.ts';
import { startTelegram } from '#test/standins/telegram/index.ts';
import type { TelegramOptions, TelegramStandin } from '#test/standins/telegram/index.ts';

/** Makes the channel of one bot. */
export async function makeChannel(env: Env, ports: { log?: Logger; publicUrl?: string } = {}): Promise<Channel> {
  const channel = await createTelegram(env, { log: keepLog(), commands: [], ...ports });
  if (!channel) throw new Error('The channel is not configured.');
  return channel;
}

/** A stand-in, and our channel on it. */
export async function startBot(
  t: TestContext,
  options: TelegramOptions = {},
): Promise<{ telegram: TelegramStandin; channel: Channel; log: Log }> {
  const telegram = await startTelegram(options);
  t.after(() => telegram.stop());
  const log = keepLog();
  const env = { TELEGRAM_BOT_TOKEN: telegram.token, TELEGRAM_API_ROOT: `${telegram.apiRoot}/` };
  return { telegram, channel: await makeChannel(env, { log }), log };
}

/** What a listening channel told us. */
export interface Listening {
  stored: Inbound[];
  reports: ChannelReport[];
  /** The first message that was stored. */
  said(): Promise<InboundMessage>;
  /** Makes the store refuse the next batches. */
  refuse(times: number): void;
  refused: Inbound[][];
  /** Resolves when a report of this state has come, also of an earlier time. */
  reported(state: ChannelState): Promise<void>;
  /** Settles as `listen` does. */
  ended: Promise<void>;
  stop(): Promise<void>;
}

/** Lets the channel listen until the test ends. `store` may hold a batch back. */
export function listenTo(t: TestContext, channel: Channel, store: () => Promise<void> = async () => {}): Listening {
  const stopping = new AbortController();
  let refusals = 0;
  const seen: Pick<Listening, 'stored' | 'reports' | 'refused'> = { stored: [], reports: [], refused: [] };
  const first = Promise.withResolvers<InboundMessage>();
  const waiting = new Map<ChannelState, PromiseWithResolvers<void>>();
  const stateSeen = (state: ChannelState) => {
    const seen = waiting.get(state) ?? Promise.withResolvers<void>();
    waiting.set(state, seen);
    return seen;
  };
  const report = (said: ChannelReport) => {
    seen.reports.push(said);
    stateSeen(said.state).resolve();
  };
  const emit = async (batch: Inbound[]) => {
    if (refusals > 0) {
      refusals -= 1;
      seen.refused.push(batch);
      throw new Error('The store is away.');
    }
    await store();
    seen.stored.push(...batch);
    const message = batch.find((one) => one.kind === 'message');
    if (message) first.resolve(message);
  };
  const ended = channel.listen?.(emit, report, stopping.signal) ?? Promise.resolve();
  const stop = async () => {
    stopping.abort();
    await ended;
  };
  t.after(() => stop().catch(() => undefined));
  return {
    ...seen,
    ended,
    stop,
    said: () => first.promise,
    reported: (state) => stateSeen(state).promise,
    refuse: (times) => void (refusals = times),
  };
}

/** A direct chat with somebody. */
export function directChat(channel: Channel, person: { id: number }): ChatRef {
  return { account: channel.account, externalId: String(person.id), threadId: '', kind: 'direct' };
}
