/** What the bot can ask for over HTTP. */
import { ApiError, forbidden, invalid, unknown } from './api-error.ts';
import type { Platform, Route } from './platform.ts';
import type { Call } from './record.ts';
import type { Channel, Message } from './world.ts';

const MOST_CHARACTERS = 2000;
const NONCE_CHARACTERS = 25;
const EPHEMERAL = 64;
/** Categories, forums and media channels hold no messages themselves. */
const WITHOUT_MESSAGES = new Set([4, 15, 16]);

/** A route's name, method and path; what stands for `*` is handed on. */
export interface NamedRoute {
  name: string;
  method: string;
  path: RegExp;
  route: Route;
  /** Its proof is the token in its path. */
  isOpen?: boolean;
}

function channelFor({ world }: Platform, id = ''): Channel {
  const channel = world.channels.get(id);
  if (!channel) throw unknown('Channel', 10_003);
  if (!channel.canSee) throw forbidden(50_001, 'Missing Access');
  return channel;
}

function messageFor(channel: Channel, id = ''): Message {
  const message = channel.messages.get(id);
  if (!message) throw unknown('Message', 10_008);
  return message;
}

/** Discord takes blanks at the edges away, and counts what is left. */
function readContent({ body }: Call): string {
  const content = typeof body['content'] === 'string' ? body['content'].trim() : '';
  if (content === '') throw new ApiError(400, 50_006, 'Cannot send an empty message');
  if (content.length <= MOST_CHARACTERS) return content;
  throw invalid('content', 'BASE_TYPE_MAX_LENGTH', `Must be ${MOST_CHARACTERS} or fewer in length.`);
}

function readNonce({ body }: Call): string | undefined {
  const { nonce } = body;
  if (nonce === undefined) return undefined;
  if (typeof nonce === 'string' && nonce.length <= NONCE_CHARACTERS) return nonce;
  throw invalid('nonce', 'NONCE_TYPE_TOO_LONG', `Nonce must be less than or equal to ${NONCE_CHARACTERS} characters.`);
}

/** What is answered; `null` when it is not there and need not be. */
function readAnswered(channel: Channel, { body }: Call): Message | null | undefined {
  const reference = body['message_reference'] as { message_id?: string; fail_if_not_exists?: boolean } | undefined;
  if (!reference) return undefined;
  if (!channel.canReadHistory)
    throw new ApiError(400, 160_002, 'Cannot reply without permission to read message history');
  const answered = channel.messages.get(reference.message_id ?? '');
  if (answered) return answered;
  if (reference.fail_if_not_exists === false) return null;
  throw invalid('message_reference', 'REPLIES_UNKNOWN_MESSAGE', 'Unknown message');
}

const createMessage: Route = (platform, call, [channelId]) => {
  const channel = channelFor(platform, channelId);
  if (channel.isClosed) throw forbidden(50_007, 'Cannot send messages to this user');
  if (!channel.canWrite) throw forbidden(50_013, 'Missing Permissions');
  const content = readContent(call);
  const nonce = readNonce(call);
  const answered = readAnswered(channel, call);
  const known = call.body['enforce_nonce'] === true ? platform.nonces.get(nonce ?? '') : undefined;
  if (known) return known;
  const message = platform.say(channel, {
    content,
    flags: Number(call.body['flags'] ?? 0),
    ...(nonce !== undefined && { nonce }),
    ...(answered && {
      type: 19,
      message_reference: { message_id: answered.id, channel_id: channel.id },
      referenced_message: answered,
    }),
  });
  if (nonce !== undefined) platform.nonces.set(nonce, message);
  return message;
};

const editMessage: Route = (platform, call, [channelId, messageId]) => {
  const channel = channelFor(platform, channelId);
  const message = messageFor(channel, messageId);
  if (message.author.id !== platform.bot.id) throw forbidden(50_005, 'Cannot edit a message authored by another user');
  return change(platform, channel, message, readContent(call));
};

function change(platform: Platform, channel: Channel, message: Message, content: string): Message {
  const { records, gateway, now } = platform;
  Object.assign(message, { content, edited_timestamp: new Date(now()).toISOString() });
  records.edits.push({ id: message.id, content });
  const place = channel.guild_id === undefined ? {} : { guild_id: channel.guild_id };
  const intent = channel.guild_id === undefined ? 'directMessages' : 'guildMessages';
  gateway.dispatch('MESSAGE_UPDATE', { ...message, ...place, channel_type: channel.type }, intent);
  return message;
}

const deleteMessage: Route = (platform, _call, [channelId, messageId]) => {
  const channel = channelFor(platform, channelId);
  const message = messageFor(channel, messageId);
  channel.messages.delete(message.id);
  platform.records.deletions.push(message.id);
};

/** Discord gives what lies next to `after`, but the newest of it first, and never the nonce. */
const getMessages: Route = (platform, { query }, [channelId]) => {
  const channel = channelFor(platform, channelId);
  if (WITHOUT_MESSAGES.has(channel.type)) throw new ApiError(400, 50_024, 'Cannot execute action on this channel type');
  if (!channel.canReadHistory) return [];
  const limit = Number(query['limit'] ?? 50);
  if (!(limit >= 1 && limit <= 100))
    throw invalid('limit', 'NUMBER_TYPE_MAX', 'int value should be between 1 and 100.');
  const sorted = [...channel.messages.values()].toSorted((a, b) => Number(BigInt(a.id) - BigInt(b.id)));
  const { after } = query;
  const page =
    after === undefined ? sorted.slice(-limit) : sorted.filter(({ id }) => BigInt(id) > BigInt(after)).slice(0, limit);
  return page.toReversed().map(({ nonce: _, ...message }) => message);
};

const callback: Route = (platform, { body }, [id = '', token = '']) => {
  const kind = platform.interactions.answer(id, token, body['type']);
  if (kind === 'thinking') return undefined;
  const found = platform.interactions.byToken(token);
  const data = (body['data'] ?? {}) as { content?: string; flags?: number };
  const isEphemeral = ((data.flags ?? 0) & EPHEMERAL) !== 0;
  Object.assign(found, { isEphemeral });
  const channel = channelFor(platform, found.channelId);
  const fields = { author: platform.bot, type: 20, content: data.content ?? '' };
  if (isEphemeral) found.original = { ...platform.world.keep({ ...channel, messages: new Map() }, fields) };
  else found.original = platform.say(channel, fields);
  return undefined;
};

const editOriginal: Route = (platform, call, [, token = '']) => {
  const found = platform.interactions.byToken(token);
  if (found.state === 'gone') throw unknown('Message', 10_008);
  const channel = channelFor(platform, found.channelId);
  const content = readContent(call);
  if (found.original) return change(platform, channel, found.original, content);
  found.state = 'answered';
  found.original = platform.say(channel, { type: 20, content, flags: Number(call.body['flags'] ?? 0) });
  return found.original;
};

const deleteOriginal: Route = ({ interactions }, _call, [, token = '']) => {
  const found = interactions.byToken(token);
  if (found.state === 'gone') throw unknown('Message', 10_008);
  found.state = 'gone';
};

const getGateway: Route = ({ gateway }) => ({
  url: gateway.url,
  shards: 1,
  session_start_limit: { total: 1000, remaining: gateway.remaining, reset_after: 3_600_000, max_concurrency: 1 },
});

const putCommands: Route = (platform, { body }) => {
  const list = Object.values(body) as { name: string; description: string }[];
  for (const { name, description } of list) {
    if (!/^[-_\p{L}\p{N}]{1,32}$/u.test(name) || name !== name.toLowerCase())
      throw invalid('name', 'APPLICATION_COMMAND_INVALID_NAME', 'Command name is invalid');
    if (description.length < 1 || description.length > 100)
      throw invalid('description', 'BASE_TYPE_BAD_LENGTH', 'Must be between 1 and 100 in length.');
  }
  platform.commands = list.map((command) => ({ ...command, id: platform.world.nextId(), version: '1', nsfw: false }));
  return platform.commands;
};

const ID = '(\\d+)';
/** The chat that is there, or a new one. */
const openDirect: Route = ({ world, bot }, { body }) => {
  const person = world.users.get(String(body['recipient_id']));
  if (!person || person.id === bot.id) throw new ApiError(400, 50_033, 'Invalid Recipient(s)');
  const { id, type } = world.direct(person);
  return { id, type, recipients: [person] };
};

const path = (pattern: string) =>
  new RegExp(`^/api/v10${pattern.replaceAll('*', ID).replaceAll('TOKEN', '([\\w-]+)')}$`);

export const ROUTES: readonly NamedRoute[] = [
  { name: 'getGateway', method: 'GET', path: path('/gateway/bot'), route: getGateway },
  { name: 'getMe', method: 'GET', path: path('/users/@me'), route: ({ bot }) => bot },
  { name: 'openDirect', method: 'POST', path: path('/users/@me/channels'), route: openDirect },
  { name: 'createMessage', method: 'POST', path: path('/channels/*/messages'), route: createMessage },
  { name: 'getMessages', method: 'GET', path: path('/channels/*/messages'), route: getMessages },
  { name: 'editMessage', method: 'PATCH', path: path('/channels/*/messages/*'), route: editMessage },
  { name: 'deleteMessage', method: 'DELETE', path: path('/channels/*/messages/*'), route: deleteMessage },
  {
    name: 'typing',
    method: 'POST',
    path: path('/channels/*/typing'),
    route: (platform, _call, [id]) => void channelFor(platform, id),
  },
  { name: 'getCommands', method: 'GET', path: path('/applications/*/commands'), route: ({ commands }) => commands },
  { name: 'putCommands', method: 'PUT', path: path('/applications/*/commands'), route: putCommands },
  { name: 'callback', method: 'POST', path: path('/interactions/*/TOKEN/callback'), route: callback, isOpen: true },
  {
    name: 'editOriginal',
    method: 'PATCH',
    path: path('/webhooks/*/TOKEN/messages/@original'),
    route: editOriginal,
    isOpen: true,
  },
  {
    name: 'deleteOriginal',
    method: 'DELETE',
    path: path('/webhooks/*/TOKEN/messages/@original'),
    route: deleteOriginal,
    isOpen: true,
  },
];
