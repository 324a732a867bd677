/** Channels, their history, and who is in them. */
import { ApiError } from '../api-error.ts';
import type { Args, Method, Platform } from '../platform.ts';
import type { Bot, Channel, SlackMessage } from '../world.ts';

const MOST_A_PAGE = 999;

/** One page of a list, and where the next begins. */
function pageOf<T>(all: readonly T[], { cursor = '', limit = '100' }: Args): { page: T[]; next: string } {
  const from = cursor === '' ? 0 : Number(Buffer.from(cursor, 'base64').toString().replace('next:', ''));
  if (!Number.isInteger(from)) throw new ApiError('invalid_cursor');
  const size = Math.min(Number(limit), MOST_A_PAGE);
  if (!(size >= 1)) throw new ApiError('invalid_limit');
  const end = from + size;
  return { page: all.slice(from, end), next: end < all.length ? Buffer.from(`next:${end}`).toString('base64') : '' };
}

function isWithin(ts: string, { oldest = '0', latest = '', inclusive }: Args): boolean {
  const isInclusive = inclusive === 'true' || inclusive === '1';
  const one = Number(ts);
  const [low, high] = [Number(oldest), latest === '' ? Number.POSITIVE_INFINITY : Number(latest)];
  return (one > low && one < high) || (isInclusive && (one === low || one === high));
}

/** Metadata is given only to whoever asks for it. */
function shown({ metadata, ...message }: SlackMessage, args: Args): object {
  return args['include_all_metadata'] === 'true' && metadata ? { ...message, metadata } : message;
}

function answer(messages: readonly SlackMessage[], args: Args): object {
  const { page, next } = pageOf(messages, args);
  return {
    messages: page.map((message) => shown(message, args)),
    has_more: next !== '',
    ...(next !== '' && { response_metadata: { next_cursor: next } }),
  };
}

function channelOf({ bot, world }: Platform, { channel = '' }: Args): Channel {
  return world.channelFor(bot.userId, channel);
}

const isInThread = ({ ts, thread_ts, subtype }: SlackMessage): boolean =>
  thread_ts !== undefined && thread_ts !== ts && subtype !== 'thread_broadcast';

/** The newest first, without what was said in threads. */
const history: Method = (platform, args) => {
  const all = [...channelOf(platform, args).messages.values()];
  const own = all.filter((message) => !isInThread(message) && isWithin(message.ts, args));
  return answer(
    own.toSorted((one, other) => (one.ts < other.ts ? 1 : -1)),
    args,
  );
};

/** The oldest first; what opened the thread is always there. */
const replies: Method = (platform, args) => {
  const { messages } = channelOf(platform, args);
  const { ts: thread = '' } = args;
  const root = messages.get(thread);
  if (!root) throw new ApiError('thread_not_found');
  const others = [...messages.values()].filter(
    ({ ts, thread_ts }) => thread_ts === thread && ts !== thread && isWithin(ts, args),
  );
  return answer([root, ...others.toSorted((one, other) => (one.ts < other.ts ? -1 : 1))], args);
};

function describe({ id, kind, name, members }: Channel, bot: Bot): object {
  const [is_channel, is_group, is_im, is_mpim] = ['channel', 'group', 'im', 'mpim'].map((one) => one === kind);
  const is_member = members.has(bot.userId);
  return { id, is_channel, is_group, is_im, is_mpim, ...(!is_im && { name, is_member }), num_members: members.size };
}

const info: Method = ({ bot, world }, { channel = '' }) => {
  const found = world.channels.get(channel);
  const isHidden = found && found.kind !== 'channel' && !found.members.has(bot.userId);
  if (!found || isHidden) throw new ApiError('channel_not_found');
  return { channel: describe(found, bot) };
};

const open: Method = ({ bot, world }, { users = '' }) => {
  if (!world.members.has(users)) throw new ApiError('user_not_found');
  return { channel: { id: world.direct(bot.userId, users).id } };
};

const TYPES = { channel: 'public_channel', group: 'private_channel', im: 'im', mpim: 'mpim' } as const;

const conversations: Method = ({ bot, world }, args) => {
  const wanted = new Set((args['types'] ?? 'public_channel').split(',').map((type) => type.trim()));
  const own = [...world.channels.values()].filter(
    ({ kind, members }) => wanted.has(TYPES[kind]) && members.has(bot.userId),
  );
  const { page, next } = pageOf(own, args);
  return { channels: page.map((one) => describe(one, bot)), response_metadata: { next_cursor: next } };
};

const userInfo: Method = ({ world }, { user = '' }) => {
  const member = world.members.get(user);
  if (!member) throw new ApiError('user_not_found');
  const { id, name, real_name } = member;
  return { user: { id, name, real_name, profile: { real_name, display_name: name } } };
};

export const rooms: Readonly<Record<string, Method>> = {
  'conversations.history': history,
  'conversations.replies': replies,
  'conversations.info': info,
  'conversations.open': open,
  'users.conversations': conversations,
  'users.info': userInfo,
};
