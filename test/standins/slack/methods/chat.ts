/** Saying, changing and taking back. */
import { ApiError } from '../api-error.ts';
import type { Args, Method, Platform } from '../platform.ts';
import { findSpecials } from '../specials.ts';
import type { Channel, SlackMessage } from '../world.ts';

const MOST_TEXT = 40_000;
const MOST_MARKDOWN = 12_000;
const MOST_BLOCKS = 50;

interface Block {
  type?: unknown;
  text?: unknown;
}

function parseJson(json: string | undefined, error: string): unknown {
  if (json === undefined) return undefined;
  try {
    return JSON.parse(json) as unknown;
  } catch {
    throw new ApiError(error);
  }
}

/** Only the block that the app uses is known here; its limit counts over all of a message. */
function readBlocks({ blocks: json }: Args): Block[] | undefined {
  const blocks = parseJson(json, 'invalid_blocks_format') as Block[] | undefined;
  if (blocks === undefined) return undefined;
  if (!Array.isArray(blocks)) throw new ApiError('invalid_blocks_format');
  const isKnown = ({ type, text }: Block): boolean => type === 'markdown' && typeof text === 'string' && text !== '';
  if (blocks.length > MOST_BLOCKS || !blocks.every(isKnown)) throw new ApiError('invalid_blocks');
  const length = blocks.reduce((sum, { text }) => sum + String(text).length, 0);
  if (length > MOST_MARKDOWN) throw new ApiError('msg_blocks_too_long');
  return blocks;
}

function readMetadata({ metadata: json }: Args): Pick<SlackMessage, 'metadata'> {
  const metadata = parseJson(json, 'invalid_metadata_format') as SlackMessage['metadata'];
  if (metadata === undefined) return {};
  const isRight = typeof metadata.event_type === 'string' && typeof metadata.event_payload === 'object';
  if (!isRight) throw new ApiError('invalid_metadata_format');
  return { metadata };
}

function readContent(args: Args): { text: string; blocks?: object[] } {
  const { text = '' } = args;
  const blocks = readBlocks(args);
  if (text === '' && !blocks?.length) throw new ApiError('no_text');
  if (text.length > MOST_TEXT) throw new ApiError('msg_too_long');
  return { text, ...(blocks && { blocks }) };
}

/** Everything that people would be shown, looked through for what Slack makes of it. */
function noteSpecials({ records }: Platform, { text, blocks = [] }: { text: string; blocks?: object[] }): void {
  const shown = [text, ...blocks.map((block) => String((block as Block).text))];
  records.specials.push(...shown.flatMap(findSpecials));
}

const postMessage: Method = (platform, args) => {
  const { bot, world, records, events } = platform;
  const channel = world.channelFor(bot.userId, args['channel'] ?? '');
  const content = readContent(args);
  const thread = args['thread_ts'];
  if (thread !== undefined && !/^\d+\.\d{6}$/.test(thread)) throw new ApiError('invalid_thread_ts');
  noteSpecials(platform, content);
  const message = world.keep(channel, {
    type: 'message',
    ts: world.nextTs(),
    ...content,
    ...readMetadata(args),
    user: bot.userId,
    bot_id: bot.botId,
    app_id: bot.appId,
    ...(thread !== undefined && { thread_ts: thread }),
  });
  records.sent.push({ ...message, channel: channel.id });
  events.said(channel, message);
  return { channel: channel.id, ts: message.ts, message };
};

function ownMessage({ bot, world }: Platform, args: Args, error: string): { channel: Channel; message: SlackMessage } {
  const channel = world.channelFor(bot.userId, args['channel'] ?? '');
  const message = channel.messages.get(args['ts'] ?? '');
  if (!message) throw new ApiError('message_not_found');
  if (message.user !== bot.userId) throw new ApiError(error);
  return { channel, message };
}

const update: Method = (platform, args) => {
  const { channel, message } = ownMessage(platform, args, 'cant_update_message');
  const content = readContent(args);
  noteSpecials(platform, content);
  const before = { ...message };
  if (!content.blocks) delete message.blocks;
  Object.assign(message, content);
  platform.records.edits.push({ ...message, channel: channel.id });
  platform.events.changed(channel, message, before);
  return { channel: channel.id, ts: message.ts, text: message.text };
};

const remove: Method = (platform, args) => {
  const { channel, message } = ownMessage(platform, args, 'cant_delete_message');
  channel.messages.delete(message.ts);
  platform.records.deletions.push({ channel: channel.id, ts: message.ts });
  platform.events.deleted(channel, message);
  return { channel: channel.id, ts: message.ts };
};

const setStatus: Method = ({ bot, world, records }, { channel_id = '', thread_ts = '', status = '' }) => {
  const channel = world.channelFor(bot.userId, channel_id);
  if (!channel.messages.has(thread_ts)) throw new ApiError('invalid_thread_ts');
  records.statuses.push({ channel: channel.id, thread: thread_ts, status });
  return {};
};

export const chat: Readonly<Record<string, Method>> = {
  'chat.postMessage': postMessage,
  'chat.update': update,
  'chat.delete': remove,
  'assistant.threads.setStatus': setStatus,
};
