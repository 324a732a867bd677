/** What there is on the platform: people, servers with their channels and roles, and what was said. */
import { createSnowflakes } from './snowflakes.ts';

export interface User {
  id: string;
  username: string;
  global_name: string | null;
  bot?: boolean;
  discriminator: string;
  avatar: null;
}

/** A message as the API gives it. */
export interface Message {
  id: string;
  type: number;
  channel_id: string;
  author: User;
  content: string;
  timestamp: string;
  edited_timestamp: string | null;
  mentions: User[];
  mention_roles: string[];
  attachments: object[];
  embeds: object[];
  flags: number;
  nonce?: string;
  webhook_id?: string;
  message_reference?: { type?: number; message_id?: string; channel_id?: string };
  referenced_message?: Message | null;
  [field: string]: unknown;
}

/** A place where something is said. */
export interface Channel {
  id: string;
  /** 0 text, 1 direct, 11 thread. */
  type: number;
  guild_id?: string;
  parent_id?: string;
  name?: string;
  recipient?: User;
  last_message_id: string | null;
  messages: Map<string, Message>;
  /** What the bot may do here; all of it unless a test takes it away. */
  canSee: boolean;
  canWrite: boolean;
  canReadHistory: boolean;
  /** A person who does not take direct messages. */
  isClosed: boolean;
}

export interface Role {
  id: string;
  name: string;
  tags?: { bot_id: string };
}

export interface Guild {
  id: string;
  name: string;
  roles: Role[];
}

export interface World {
  users: Map<string, User>;
  guilds: Map<string, Guild>;
  channels: Map<string, Channel>;
  nextId(at?: number): string;
  person(fields?: Partial<User>): User;
  guild(name?: string): Guild;
  channel(fields: Partial<Channel>): Channel;
  direct(person: User): Channel;
  /** Keeps a message in its channel. */
  keep(channel: Channel, fields: Partial<Message> & { author: User }, at?: number): Message;
}

/** Makes an empty platform with one bot. */
export function createWorld(bot: User, now: () => number): World {
  const nextId = createSnowflakes(now);
  const world: World = {
    users: new Map([[bot.id, bot]]),
    guilds: new Map(),
    channels: new Map(),
    nextId,
    person(fields = {}) {
      const id = fields.id ?? nextId();
      const user = { id, username: `person${world.users.size}`, global_name: null, discriminator: '0', avatar: null };
      world.users.set(id, { ...user, ...fields });
      return { ...user, ...fields };
    },
    guild(name = 'Server') {
      const id = nextId();
      const ours = { id: nextId(), name: bot.username, tags: { bot_id: bot.id } };
      const guild = { id, name, roles: [{ id, name: '@everyone' }, ours] };
      world.guilds.set(id, guild);
      return guild;
    },
    channel(fields) {
      const rights = { canSee: true, canWrite: true, canReadHistory: true, isClosed: false };
      const own = { id: nextId(), type: 0, last_message_id: null, messages: new Map<string, Message>() };
      const channel: Channel = { ...own, ...rights, ...fields };
      world.channels.set(channel.id, channel);
      return channel;
    },
    direct(person) {
      const known = [...world.channels.values()].find(({ recipient }) => recipient?.id === person.id);
      return known ?? world.channel({ type: 1, recipient: person });
    },
    keep(channel, fields, at) {
      const content = fields.content ?? '';
      const named = [...content.matchAll(/<@!?(\d+)>/g)].map(([, id = '']) => world.users.get(id));
      const message: Message = {
        id: nextId(at),
        type: 0,
        channel_id: channel.id,
        content,
        timestamp: new Date(at ?? now()).toISOString(),
        edited_timestamp: null,
        mentions: named.filter((user) => user !== undefined),
        mention_roles: [...content.matchAll(/<@&(\d+)>/g)].map(([, id = '']) => id),
        attachments: [],
        embeds: [],
        flags: 0,
        ...fields,
      };
      channel.messages.set(message.id, message);
      if (channel.last_message_id === null || BigInt(message.id) > BigInt(channel.last_message_id))
        channel.last_message_id = message.id;
      return message;
    },
  };
  return world;
}

/** A channel as the API tells of it. */
export function showChannel({ id, type, guild_id, parent_id, name, last_message_id, recipient }: Channel): object {
  return {
    id,
    type,
    last_message_id,
    ...(guild_id !== undefined && { guild_id, name, parent_id: parent_id ?? null }),
    ...(recipient && { recipients: [recipient] }),
  };
}
