/** What people do on the platform: each of it is told to the bot as Discord would. */
import type { Platform } from './platform.ts';
import type { DiscordStandin } from './standin.ts';
import type { Channel, Message } from './world.ts';

type People = Pick<
  DiscordStandin,
  | 'person'
  | 'guild'
  | 'channel'
  | 'thread'
  | 'threadAt'
  | 'direct'
  | 'say'
  | 'edit'
  | 'showPreview'
  | 'delete'
  | 'deleteMany'
  | 'choose'
>;

const CREATE_KINDS = { channel: 'CHANNEL_CREATE', thread: 'THREAD_CREATE' } as const;

/** What a bot sees of a message without the intent for content: all of it only where it is meant. */
function withoutContent(botId: string): (message: object) => object {
  return (message) => {
    const { mentions, author, guild_id: guildId } = message as Message & { guild_id?: string };
    const isMeant = guildId === undefined || author.id === botId || mentions.some(({ id }) => id === botId);
    return isMeant ? message : { ...message, content: '', attachments: [], embeds: [] };
  };
}

/** Where a message was said, as the gateway adds it. */
export function placeOf({ type, guild_id }: Channel): object {
  return { channel_type: type, ...(guild_id !== undefined && { guild_id, member: { nick: null, roles: [] } }) };
}

const intentOf = ({ guild_id }: Channel) => (guild_id === undefined ? 'directMessages' : 'guildMessages');

/** The doings of people on a platform. */
export function createPeople({ world, gateway, interactions, bot, now }: Platform): People {
  const see = withoutContent(bot.id);
  const roomOf = (id: string): Channel => {
    const channel = world.channels.get(id);
    if (!channel) throw new Error(`There is no channel ${id}`);
    return channel;
  };
  const tell = (t: string, channel: Channel, d: object) => gateway.dispatch(t, d, intentOf(channel), see);
  const announce = (kind: keyof typeof CREATE_KINDS, channel: Channel) =>
    gateway.dispatch(CREATE_KINDS[kind], { ...channel, messages: undefined }, 'guilds');

  return {
    person: (fields) => world.person(fields),
    guild: (name) => world.guild(name),
    direct: (person) => world.direct(person),
    channel(guild, fields = {}) {
      const channel = world.channel({ name: 'general', ...fields, guild_id: guild.id });
      announce('channel', channel);
      return channel;
    },
    thread(parent, name = 'a thread') {
      const guild = parent.guild_id === undefined ? {} : { guild_id: parent.guild_id };
      const thread = world.channel({ type: 11, name, parent_id: parent.id, ...guild });
      announce('thread', thread);
      return thread;
    },
    threadAt(message, from, name = 'a thread') {
      const { id, guild_id } = roomOf(message.channel_id);
      const guild = guild_id === undefined ? {} : { guild_id };
      const thread = world.channel({ id: message.id, type: 11, name, parent_id: id, ...guild });
      announce('thread', thread);
      const reference = { type: 0, message_id: message.id, channel_id: id };
      const first = { type: 21, author: from, message_reference: reference, referenced_message: message };
      tell('MESSAGE_CREATE', thread, { ...world.keep(thread, first), ...placeOf(thread) });
      return thread;
    },
    say({ from, channel = world.direct(from), replyTo, pings = true, at, ...fields }) {
      const reply = replyTo && {
        type: 19,
        message_reference: { type: 0, message_id: replyTo.id, channel_id: channel.id },
        referenced_message: channel.messages.get(replyTo.id) ?? null,
      };
      const message = world.keep(channel, { ...fields, ...reply, author: from }, at);
      if (replyTo && pings) message.mentions.push(replyTo.author);
      tell('MESSAGE_CREATE', channel, { ...message, ...placeOf(channel) });
      return message;
    },
    edit(message, content) {
      const channel = roomOf(message.channel_id);
      const edited_timestamp = new Date(Math.max(now(), Date.parse(message.timestamp) + 1)).toISOString();
      const { mentions } = world.keep({ ...channel, messages: new Map() }, { author: message.author, content });
      Object.assign(message, { content, edited_timestamp, mentions });
      tell('MESSAGE_UPDATE', channel, { ...message, ...placeOf(channel) });
      return message;
    },
    showPreview(message) {
      const channel = roomOf(message.channel_id);
      Object.assign(message, { embeds: [{ type: 'link', url: 'https://example.org' }] });
      tell('MESSAGE_UPDATE', channel, { ...message, ...placeOf(channel) });
    },
    delete(message) {
      const channel = roomOf(message.channel_id);
      channel.messages.delete(message.id);
      const { id, channel_id } = message;
      tell('MESSAGE_DELETE', channel, { id, channel_id, ...guildOf(channel), mentions: [], author: message.author });
    },
    deleteMany(messages) {
      const channel = roomOf(messages[0]?.channel_id ?? '');
      const ids = messages.map(({ id }) => id);
      for (const id of ids) channel.messages.delete(id);
      gateway.dispatch('MESSAGE_DELETE_BULK', { ids, channel_id: channel.id, ...guildOf(channel) }, intentOf(channel));
    },
    choose({ from, channel = world.direct(from), name, argument, ...fields }) {
      const interaction = {
        id: world.nextId(),
        token: `interaction-token-${world.nextId()}`,
        channelId: channel.id,
        at: now(),
        state: 'new' as const,
      };
      interactions.add(interaction);
      const options = argument === undefined ? [] : [{ type: 3, name: 'text', value: argument }];
      const who = channel.guild_id === undefined ? { user: from } : { member: { user: from, nick: null, roles: [] } };
      const event = {
        id: interaction.id,
        application_id: bot.id,
        type: 2,
        token: interaction.token,
        version: 1,
        channel_id: channel.id,
        channel: { id: channel.id, type: channel.type, name: channel.name },
        locale: 'en-US',
        context: channel.guild_id === undefined ? 1 : 0,
        data: { id: world.nextId(), type: 1, name, options },
        ...guildOf(channel),
        ...who,
        ...fields,
      };
      // Interactions come whatever the intents are.
      gateway.dispatch('INTERACTION_CREATE', event, 'guilds');
      return interactions.all.at(-1) ?? interaction;
    },
  };
}

function guildOf({ guild_id }: Channel): { guild_id?: string } {
  return guild_id === undefined ? {} : { guild_id };
}
