/**
 * A server that behaves towards one bot as Telegram does, driven by the unmodified client library.
 *
 * What it answers, refuses and forgets follows the Bot API's documentation and its open-source server.
 */
import type { User } from 'grammy/types';
import { createFaults } from '../faults.ts';
import { startHost } from '../host.ts';
import { createWatch, describeCalls, type Watch } from '../watch.ts';
import type { Fault } from './faults.ts';
import { createFiles } from './files.ts';
import { createMeter, type Limits } from './limits.ts';
import { createPeople } from './people.ts';
import type { Platform } from './platform.ts';
import { createPolls } from './polls.ts';
import { createQueue } from './queue.ts';
import { createRecords, type Call, type SentMessage } from './record.ts';
import { answer, createListener } from './server.ts';
import type { TelegramOptions, TelegramStandin } from './standin.ts';
import { createWebhook } from './webhook.ts';
import { createWorld } from './world.ts';

export type { Fault } from './faults.ts';
export type { TelegramOptions, TelegramStandin } from './standin.ts';

const TOKEN = '777000123:AAstandin-Tq3vXw8zR5yL1kN7mB4cD9eF2gH';
const RETRY_MS = 20;

interface Inside {
  platform: Platform;
  watch: Watch;
  limits: Limits;
}

function createPlatform(bot: User, options: TelegramOptions): Inside {
  const { now = Date.now, webhookRetryMs = RETRY_MS } = options;
  const records = createRecords();
  const watch = createWatch(() =>
    describeCalls(
      records.calls.map(({ method }) => method),
      records.sent.map(({ text }) => text),
    ),
  );
  const queue = createQueue(now);
  const polls = createPolls(queue);
  const webhook = createWebhook({
    queue,
    retryMs: webhookRetryMs,
    now,
    changed: () => watch.changed(),
    callBack(method, payload) {
      records.calls.push({ method, payload, at: now() });
      void answer(platform, { method, payload, files: new Map(), onHangUp: () => undefined }).then(() =>
        watch.changed(),
      );
    },
  });
  const meter = createMeter(() => inside.limits, now);
  const platform: Platform = {
    bot,
    world: createWorld(),
    queue,
    polls,
    webhook,
    records,
    meter,
    files: createFiles(),
    now,
  };
  queue.onPush = () => {
    polls.wake();
    webhook.wake();
    watch.changed();
  };
  const inside: Inside = { platform, watch, limits: {} };
  return inside;
}

/** Starts Telegram for one bot on a free loopback port. */
export async function startTelegram(options: TelegramOptions = {}): Promise<TelegramStandin> {
  const { token = TOKEN, username = 'standin_bot', port = 0 } = options;
  const bot: User = { id: Number.parseInt(token, 10), is_bot: true, first_name: 'Stand-in', username };
  const inside = createPlatform(bot, options);
  const { platform, watch } = inside;
  const { world, queue, polls, webhook, records, meter } = platform;
  const faults = createFaults<Fault>((method) => method !== 'getUpdates');
  const host = await startHost(createListener({ token, platform, faults, changed: () => watch.changed() }), port);
  const idOf = (chat: { id: number } | number): number => (typeof chat === 'number' ? chat : chat.id);
  const callsOf = (method: string): Call[] => records.calls.filter((call) => call.method === method);
  const sentTo = (chat: { id: number } | number): SentMessage[] =>
    records.sent.filter((one) => one.chat_id === idOf(chat));

  const standin: TelegramStandin = {
    apiRoot: host.origin,
    token,
    botId: bot.id,
    username,
    bot,
    ...records,
    ...createPeople(platform),
    push: (update) => queue.push(update),
    redeliver: (...updateIds) => queue.redeliver(updateIds),
    redeliverAll: () => queue.redeliver([...queue.ids]),
    get updateIds() {
      return queue.ids;
    },
    get pending() {
      return queue.waiting().length;
    },
    get isPolled() {
      return polls.isOpen;
    },
    get violations() {
      return meter.violations;
    },
    messagesIn: (chat) => world.messagesIn(idOf(chat)),
    sentTo,
    callsOf,
    count: (method) => callsOf(method).length,
    waitFor: (predicate, deadlineMs) => watch.waitFor(standin, predicate, deadlineMs),
    get limits() {
      return inside.limits;
    },
    set limits(next) {
      inside.limits = next;
    },
    faultNext: (method, fault, times) => faults.faultNext(method, fault, times),
    clearFaults: () => faults.clear(),
    down: () => host.down(),
    up: () => host.up(),
    async stop() {
      webhook.set(undefined);
      watch.end();
      await host.down();
    },
  };
  return standin;
}
