/** Members, channels and messages: what exists in the workspace, whoever made it. */
import { ApiError } from './api-error.ts';

/** A member of the workspace. */
export interface Member {
  id: string;
  name: string;
  real_name: string;
}

/** Our app in the workspace. */
export interface Bot {
  userId: string;
  botId: string;
  appId: string;
  name: string;
}

/** A channel, group or direct chat, by Slack's name for its kind. */
export interface Channel {
  id: string;
  kind: 'channel' | 'group' | 'im' | 'mpim';
  name: string;
  members: Set<string>;
  messages: Map<string, SlackMessage>;
}

/** A message as Slack keeps it. */
export interface SlackMessage {
  type: 'message';
  ts: string;
  text: string;
  user?: string;
  bot_id?: string;
  app_id?: string;
  subtype?: string;
  thread_ts?: string;
  parent_user_id?: string;
  edited?: { user: string; ts: string };
  blocks?: object[];
  files?: object[];
  attachments?: object[];
  metadata?: { event_type: string; event_payload: object };
  reply_count?: number;
  latest_reply?: string;
  [field: string]: unknown;
}

/** Everything in the one workspace. */
export interface World {
  readonly teamId: string;
  readonly members: Map<string, Member>;
  readonly channels: Map<string, Channel>;
  /** A time that no message has yet. */
  nextTs(): string;
  person(fields?: Partial<Member>): Member;
  channel(fields: Pick<Channel, 'kind'> & Partial<Channel>): Channel;
  /** The direct chat of these two, opened when there is none yet. */
  direct(one: string, other: string): Channel;
  /** The channel; throws what Slack answers when there is none, or the member may not be there. */
  channelFor(member: string, id: string): Channel;
  /** Puts a message into its channel, and counts it with its thread. */
  keep(channel: Channel, message: SlackMessage): SlackMessage;
}

const PREFIX = { channel: 'C', group: 'G', im: 'D', mpim: 'G' } as const;

export function createWorld(now: () => number): World {
  const members = new Map<string, Member>();
  const channels = new Map<string, Channel>();
  let lastMicros = 0;
  let count = 0;
  const idOf = (prefix: string): string => `${prefix}0STAND${String((count += 1)).padStart(4, '0')}`;

  const world: World = {
    teamId: 'T0STANDIN',
    members,
    channels,
    nextTs() {
      lastMicros = Math.max(lastMicros + 1, now() * 1000);
      return `${Math.floor(lastMicros / 1e6)}.${String(lastMicros % 1e6).padStart(6, '0')}`;
    },
    person(fields = {}) {
      const id = fields.id ?? idOf('U');
      const name = fields.name ?? `person${members.size}`;
      const member = { id, name, real_name: fields.real_name ?? name };
      members.set(id, member);
      return member;
    },
    channel({ kind, ...fields }) {
      const id = fields.id ?? idOf(PREFIX[kind]);
      const name = fields.name ?? id.toLowerCase();
      const made: Channel = { id, kind, name, members: fields.members ?? new Set(), messages: new Map() };
      channels.set(id, made);
      return made;
    },
    direct(one, other) {
      const isTheirs = ({ kind, members }: Channel) => kind === 'im' && members.has(one) && members.has(other);
      return [...channels.values()].find(isTheirs) ?? world.channel({ kind: 'im', members: new Set([one, other]) });
    },
    channelFor(member, id) {
      const channel = channels.get(id);
      const isHidden = channel && channel.kind !== 'channel' && !channel.members.has(member);
      if (!channel || isHidden) throw new ApiError('channel_not_found');
      if (!channel.members.has(member)) throw new ApiError('not_in_channel');
      return channel;
    },
    keep(channel, message) {
      channel.messages.set(message.ts, message);
      const root = message.thread_ts === undefined ? undefined : channel.messages.get(message.thread_ts);
      if (root && root !== message) {
        root.thread_ts = root.ts;
        root.reply_count = (root.reply_count ?? 0) + 1;
        root.latest_reply = message.ts;
        if (root.user !== undefined) message.parent_user_id = root.user;
      }
      return message;
    },
  };
  return world;
}
