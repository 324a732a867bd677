/**
 * A server that behaves towards one app as Slack does, driven by the unmodified library.
 *
 * What it answers, refuses and brings again follows docs.slack.dev; what the app may do and is told, its manifest.
 */
import { createFaults } from '../faults.ts';
import { startHost } from '../host.ts';
import { createWatch, describeCalls } from '../watch.ts';
import { createDeliverer } from './deliver.ts';
import { createEvents } from './events.ts';
import type { Fault } from './faults.ts';
import type { Limits } from './limits.ts';
import { createMeter } from './limits.ts';
import { readManifest } from './manifest.ts';
import { createPeople } from './people.ts';
import type { Platform } from './platform.ts';
import { createRecords } from './record.ts';
import { createListener } from './server.ts';
import { startSockets } from './socket.ts';
import type { SlackOptions, SlackStandin } from './standin.ts';
import { createWorld } from './world.ts';

export type { Fault } from './faults.ts';
export type { SlackOptions, SlackStandin } from './standin.ts';

const MINUTE_MS = 60_000;
const BOT = { userId: 'U0STANDBOT', botId: 'B0STANDBOT', appId: 'A0STANDAPP', name: 'pantheon' };

/** Starts Slack for one app on free loopback ports. */
export async function startSlack(options: SlackOptions = {}): Promise<SlackStandin> {
  const {
    botToken = 'xoxb-1001-2002-standinSecretOfTheBot',
    appToken = 'xapp-1-A0STANDAPP-3003-standinSecretOfTheApp',
    signingSecret = '8f742231b10e8888abcd99yyyzzz85a5',
    manifest = readManifest(),
    now = Date.now,
    retryMs = [0, MINUTE_MS, 5 * MINUTE_MS],
    ackWithinMs = 3_000,
  } = options;
  const records = createRecords();
  const watch = createWatch(() =>
    describeCalls(
      records.calls.map(({ method }) => method),
      records.sent.map(({ text }) => text),
    ),
  );
  const changed = () => watch.changed();
  const faults = createFaults<Fault>();
  const tokens: { bot: string | undefined; app: string | undefined } = { bot: botToken, app: appToken };
  const inside: { limits: Limits; requestUrl: string | undefined; isDropping: boolean } = {
    limits: {},
    requestUrl: undefined,
    isDropping: false,
  };
  const sockets = await startSockets({ appId: BOT.appId, ackWithinMs: () => ackWithinMs, changed });
  const world = createWorld(now);
  world.person({ id: BOT.userId, name: BOT.name, real_name: 'Pantheon' });
  const requestUrl = () => inside.requestUrl;
  const deliverer = createDeliverer({
    sockets,
    signingSecret,
    requestUrl,
    retryMs,
    ackWithinMs: () => ackWithinMs,
    now,
    changed,
  });
  const events = createEvents({ world, bot: BOT, manifest, deliverer, isDropping: () => inside.isDropping });
  const meter = createMeter(() => inside.limits, now);
  const platform: Platform = { bot: BOT, world, events, records, meter, tickets: sockets, now };
  const host = await startHost(createListener({ platform, manifest, faults, tokens, changed }));

  const standin: SlackStandin = {
    apiUrl: `${host.origin}/api/`,
    botToken,
    appToken,
    signingSecret,
    teamId: world.teamId,
    bot: BOT,
    sockets,
    ...records,
    ...createPeople({ world, bot: BOT, manifest, events, deliverer }),
    get requestUrl() {
      return inside.requestUrl;
    },
    set requestUrl(url) {
      inside.requestUrl = url;
    },
    get isDropping() {
      return inside.isDropping;
    },
    set isDropping(isOn) {
      inside.isDropping = isOn;
    },
    push: (event) => events.push(event),
    tellLimited: (minute) => events.limited(minute),
    redeliver: ({ kind, payload }) => deliverer.bring(kind, payload),
    deliveries: deliverer.deliveries,
    get violations() {
      return meter.violations;
    },
    sentTo: ({ id }) => records.sent.filter(({ channel }) => channel === id),
    callsOf: (name) => records.calls.filter(({ method }) => method === name),
    count: (name) => standin.callsOf(name).length,
    waitFor: (predicate, deadlineMs) => watch.waitFor(standin, predicate, deadlineMs),
    get limits() {
      return inside.limits;
    },
    set limits(next) {
      inside.limits = next;
    },
    faultNext: (method, fault, times) => faults.faultNext(method, fault, times),
    clearFaults: () => faults.clear(),
    revoke: (token) => void (tokens[token] = undefined),
    down: async () => {
      sockets.cut();
      await host.down();
    },
    up: () => host.up(),
    async stop() {
      deliverer.stop();
      watch.end();
      await sockets.stop();
      await host.down();
    },
  };
  return standin;
}
