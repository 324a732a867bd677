/** The servers' channels, threads and roles, as the gateway tells of them: what a message itself does not say. */
import { z } from 'zod';
import type { Self } from './self.ts';
import { byTime } from './snowflake.ts';

/** A channel or thread of a server. */
export interface Place {
  guildId: string;
  name: string;
  isThread: boolean;
  /** The newest message that was ever there; it may be gone. */
  lastMessageId?: string;
}

/** What was known of a message's place when it came. It goes with the raw event, so that reading that is pure. */
export interface Surroundings {
  title?: string | undefined;
  isThread?: boolean | undefined;
  /** The thread began at a message of ours. */
  isOurs?: boolean | undefined;
  /** The roles that are ours alone: mentioning one is mentioning us. */
  ourRoles?: string[] | undefined;
  /** Names of the channels and roles that are mentioned. */
  names?: Record<string, string> | undefined;
}

export interface Places {
  /** Learns from an event of the gateway. */
  note(type: string, data: unknown): void;
  get(channelId: string): Place | undefined;
  /** All that are known of. */
  all(): Iterable<readonly [string, Place]>;
  surroundings(channelId: string, content: string): Surroundings;
  /** Something was said there that did not come to us, or was not stored. */
  noteMissed(channelId: string): void;
  /** Whether we have learnt since then that something did not come to us; true of a place that we do not know. */
  mayHaveMissed(channelId: string, since: Date): boolean;
}

/** ANNOUNCEMENT_THREAD, PUBLIC_THREAD, PRIVATE_THREAD. */
const THREADS = new Set([10, 11, 12]);
/** GUILD_FORUM and GUILD_MEDIA hold threads only: what they call their last message is one, and cannot be read there. */
const FORUMS = new Set([15, 16]);
/** THREAD_STARTER_MESSAGE: the first in a thread that began at a message, which it brings along. */
const THREAD_STARTER = 21;

const id = z.string();
const channel = z.object({
  id,
  type: z.int(),
  guild_id: id.optional(),
  name: z.string().nullish(),
  last_message_id: id.nullish(),
});
const role = z.object({ id, name: z.string(), tags: z.object({ bot_id: id.optional() }).optional() });
const guild = z.object({
  id,
  channels: z.array(channel).default([]),
  threads: z.array(channel).default([]),
  roles: z.array(role).default([]),
});
const starter = z.object({
  type: z.literal(THREAD_STARTER),
  channel_id: id,
  referenced_message: z.object({ author: z.object({ id }) }),
});
/** Of any event: no more than is needed, and nothing where it is not as it should be. */
const event = z.object({
  id: id.optional().catch(undefined),
  guild_id: id.optional().catch(undefined),
  channel_id: id.optional().catch(undefined),
  role_id: id.optional().catch(undefined),
  role: role.optional().catch(undefined),
  threads: z.array(channel).optional().catch(undefined),
});

type Channel = z.infer<typeof channel>;
type Role = z.infer<typeof role> & { guildId: string };

/** Makes the memory. */
export function createPlaces(self: Self): Places {
  const places = new Map<string, Place>();
  const roles = new Map<string, Role>();
  /** The threads that began at a message of ours. */
  const begunAtOurs = new Set<string>();
  /** Where something was said that did not come to us, and when we learnt of that. */
  const missed = new Map<string, number>();

  const put = ({ id, type, name, guild_id: ownGuild, last_message_id: last }: Channel, guildId = ownGuild): void => {
    if (guildId === undefined) return;
    const before = places.get(id)?.lastMessageId;
    const lastMessageId = [FORUMS.has(type) ? null : last, before]
      .filter((one) => typeof one === 'string')
      .toSorted(byTime)
      .at(-1);
    const place = { guildId, name: name ?? '', isThread: THREADS.has(type) };
    places.set(id, { ...place, ...(lastMessageId !== undefined && { lastMessageId }) });
  };
  const noteMissed = (channelId: string) => void missed.set(channelId, Date.now());
  const forget = (id: string): void => {
    places.delete(id);
    begunAtOurs.delete(id);
    missed.delete(id);
  };
  const leave = (guildId: string): void => {
    for (const [id, place] of places) if (place.guildId === guildId) places.delete(id);
    for (const [id, role] of roles) if (role.guildId === guildId) roles.delete(id);
  };
  const enter = (data: unknown): void => {
    const { data: found } = guild.safeParse(data);
    if (!found) return;
    const all = [...found.channels, ...found.threads];
    const heard = new Map(all.map(({ id }) => [id, places.get(id)?.lastMessageId ?? '']));
    leave(found.id);
    for (const one of all) {
      put(one, found.id);
      if (byTime(one.last_message_id ?? '', heard.get(one.id) ?? '') > 0) noteMissed(one.id);
    }
    for (const one of found.roles) roles.set(one.id, { ...one, guildId: found.id });
  };
  const putChannel = (data: unknown): void => {
    const { data: found } = channel.safeParse(data);
    if (found) put(found);
  };
  const noteStarter = (data: unknown): void => {
    const { data: found } = starter.safeParse(data);
    if (found?.referenced_message.author.id === self.id) begunAtOurs.add(found.channel_id);
  };
  const newest = (channelId: string, messageId: string): void => {
    const place = places.get(channelId);
    if (place && byTime(place.lastMessageId ?? '', messageId) < 0) place.lastMessageId = messageId;
  };

  return {
    get: (channelId) => places.get(channelId),
    all: () => places,
    noteMissed,
    mayHaveMissed: (channelId, since) => !places.has(channelId) || (missed.get(channelId) ?? 0) >= since.getTime(),
    note(type, data) {
      const seen = event.safeParse(data).data ?? {};
      const { id, guild_id: guildId, channel_id: channelId, role_id: roleId, role, threads } = seen;
      if (type === 'GUILD_CREATE') enter(data);
      else if (type === 'GUILD_DELETE' && id !== undefined) leave(id);
      else if (/^(CHANNEL|THREAD)_(CREATE|UPDATE)$/.test(type)) putChannel(data);
      else if (/^(CHANNEL|THREAD)_DELETE$/.test(type) && id !== undefined) forget(id);
      else if (type === 'THREAD_LIST_SYNC') for (const thread of threads ?? []) put(thread, guildId);
      else if (/^GUILD_ROLE_(CREATE|UPDATE)$/.test(type) && role && guildId !== undefined)
        roles.set(role.id, { ...role, guildId });
      else if (type === 'GUILD_ROLE_DELETE' && roleId !== undefined) roles.delete(roleId);
      else if (type === 'MESSAGE_CREATE' && id !== undefined && channelId !== undefined) {
        newest(channelId, id);
        noteStarter(data);
      }
    },
    surroundings(channelId, content) {
      const place = places.get(channelId);
      if (!place) return {};
      const named = (id: string) => roles.get(id)?.name ?? places.get(id)?.name;
      const names = [...content.matchAll(/<(?:#|@&)(\d+)>/g)].flatMap(([, id = '']) => {
        const name = named(id);
        return name === undefined ? [] : [[id, name] as const];
      });
      const ours = [...roles.values()].filter((one) => one.tags?.bot_id === self.id && one.guildId === place.guildId);
      return {
        title: place.name,
        isThread: place.isThread,
        ...(begunAtOurs.has(channelId) && { isOurs: true }),
        ourRoles: ours.map(({ id }) => id),
        names: Object.fromEntries(names),
      };
    },
  };
}
