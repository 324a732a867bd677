/**
 * A server that behaves towards one bot as Discord does, driven by the unmodified client library.
 *
 * What it answers, refuses and forgets follows Discord's documentation (docs.discord.com/developers).
 */
import { createFaults } from '../faults.ts';
import { startHost } from '../host.ts';
import { createWatch, describeCalls } from '../watch.ts';
import { DISCORD_LIMITS, createBuckets } from './buckets.ts';
import type { Fault } from './faults.ts';
import { startGateway } from './gateway.ts';
import { createInteractions } from './interactions.ts';
import { createPeople, placeOf } from './people.ts';
import type { Platform } from './platform.ts';
import { createRecords } from './record.ts';
import { createListener } from './server.ts';
import type { DiscordOptions, DiscordStandin } from './standin.ts';
import { createWorld, showChannel } from './world.ts';
import type { Guild, User } from './world.ts';

export type { Fault } from './faults.ts';
export type { DiscordOptions, DiscordStandin } from './standin.ts';
export type { Channel } from './world.ts';

const BOT_ID = '1100000000000000001';
const TOKEN = `${Buffer.from(BOT_ID).toString('base64').replaceAll('=', '')}.Gs3cr3.tSt4nd1n-Zq7vXw8zR5yL1kN7mB4cD9`;
const HEARTBEAT_MS = 41_250;

/** Starts Discord for one bot on free loopback ports. */
export async function startDiscord(options: DiscordOptions = {}): Promise<DiscordStandin> {
  const { now = Date.now, heartbeatMs = HEARTBEAT_MS, token = TOKEN } = options;
  const bot: User = {
    id: BOT_ID,
    username: 'Standin',
    global_name: null,
    bot: true,
    discriminator: '1234',
    avatar: null,
  };
  const world = createWorld(bot, now);
  const records = createRecords();
  const watch = createWatch(() =>
    describeCalls(
      records.calls.map(({ name }) => name),
      records.sent.map(({ content }) => content),
    ),
  );
  const changed = () => watch.changed();
  const interactions = createInteractions(now);
  let limits = { ...DISCORD_LIMITS };

  const showGuild = ({ id, name, roles }: Guild): object => {
    const own = [...world.channels.values()].filter(({ guild_id }) => guild_id === id);
    const channels = own.filter(({ type }) => type !== 11).map(showChannel);
    return { id, name, roles, channels, threads: own.filter(({ type }) => type === 11).map(showChannel), members: [] };
  };
  const gateway = await startGateway({
    token,
    heartbeatMs,
    now,
    changed,
    greet: () => ({
      ready: {
        v: 10,
        user: bot,
        guilds: [...world.guilds.keys()].map((id) => ({ id, unavailable: true })),
        application: { id: bot.id, flags: 0 },
      },
      events: [...world.guilds.values()].map((guild) => ({ t: 'GUILD_CREATE', d: showGuild(guild) })),
    }),
  });
  const platform: Platform = {
    bot,
    token,
    world,
    gateway,
    interactions,
    records,
    commands: [],
    nonces: new Map(),
    now,
    say(channel, fields) {
      const message = world.keep(channel, { ...fields, author: bot });
      records.sent.push({ ...message });
      const intent = channel.guild_id === undefined ? 'directMessages' : 'guildMessages';
      gateway.dispatch('MESSAGE_CREATE', { ...message, ...placeOf(channel) }, intent);
      return message;
    },
  };
  const faults = createFaults<Fault>();
  const buckets = createBuckets(() => limits, now);
  const host = await startHost(createListener({ platform, faults, buckets, changed }));
  const callsOf: DiscordStandin['callsOf'] = (name) => records.calls.filter((call) => call.name === name);

  const standin: DiscordStandin = {
    apiUrl: `${host.origin}/api`,
    token,
    bot,
    gateway,
    ...records,
    ...createPeople(platform),
    enter: (guild) => gateway.dispatch('GUILD_CREATE', showGuild(guild), 'guilds'),
    roleOf(guild) {
      const role = guild.roles.find(({ tags }) => tags?.bot_id === bot.id);
      if (!role) throw new Error('The bot has no role there');
      return role;
    },
    dispatch: (t, d) => gateway.dispatch(t, d, 'guilds'),
    interactions: interactions.all,
    get commands() {
      return platform.commands;
    },
    get violations() {
      return buckets.violations + gateway.violations;
    },
    messagesIn: (channel) => [...channel.messages.values()],
    sentTo: (channel) => records.sent.filter((message) => message.channel_id === channel.id),
    callsOf,
    count: (name) => callsOf(name).length,
    waitFor: (predicate, deadlineMs) => watch.waitFor(standin, predicate, deadlineMs),
    get limits() {
      return limits;
    },
    set limits(next) {
      limits = next;
    },
    faultNext: (name, fault, times) => faults.faultNext(name, fault, times),
    clearFaults: () => faults.clear(),
    forgetNonces: () => platform.nonces.clear(),
    down: () => host.down(),
    up: () => host.up(),
    async stop() {
      watch.end();
      await gateway.down();
      await host.down();
    },
  };
  return standin;
}
