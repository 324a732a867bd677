/** What we say on Slack, and how what we said is changed, taken back and found again. */
import type { types } from '@slack/bolt';
import type { Channel, OutboundPart, Preview, Sent } from '#src/channel.ts';
import { RejectedError } from '#src/errors.ts';
import type { Logger } from '#src/log.ts';
import type { ChatRef } from '#src/message.ts';
import { shorten } from '#src/text/normalize.ts';
import { plainText } from '#src/text/plain.ts';
import type { SlackApi } from './api.ts';
import { unanswered } from './errors.ts';
import { keyOf } from './key.ts';

/** At most one edit of a message in so many milliseconds: a channel takes a message a second. */
const EDIT_MS = 1_500;

/** Slack cuts a longer `text` in pieces; beside a block it is only read out and shown in notifications. */
const MAX_PLAIN = 3_000;

/** What Slack says of a block that it cannot take. Nothing was sent then. */
const BLOCK_REFUSED = new Set(['invalid_blocks', 'invalid_blocks_format', 'msg_blocks_too_long']);

/** The words alone, with everything escaped that Slack would read something into. */
function plain(markdown: string): string {
  return plainText(markdown).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** What a message shows. */
interface Content {
  text: string;
  blocks?: types.MarkdownBlock[];
}

/** A text as Slack wants it: to be shown, and in words for where nothing can be shown. */
function content(markdown: string): Content {
  return { text: shorten(plain(markdown), MAX_PLAIN), blocks: [{ type: 'markdown', text: markdown }] };
}

/** The words alone, for when Slack does not take the block. An edit without blocks takes away those that there were. */
function words(markdown: string): Content {
  return { text: plain(markdown) };
}

function isBlockRefused(error: unknown): boolean {
  return error instanceof RejectedError && BLOCK_REFUSED.has(error.code);
}

/** Where and how a part is said: no previews, no names made into mentions, and our key with it, invisibly. */
function manner({ chat, key }: OutboundPart) {
  return {
    channel: chat.externalId,
    ...(chat.threadId !== '' && { thread_ts: chat.threadId }),
    unfurl_links: false,
    unfurl_media: false,
    link_names: false,
    parse: 'none',
    metadata: keyOf(key),
  } as const;
}

/**
 * Makes `Channel.send`. A text whose block Slack does not take is said once more in plain words, which is safe
 * because the refusal is certain.
 */
export function createSend(api: SlackApi, log: Logger): Channel['send'] {
  const say = async (part: OutboundPart, form: Content, signal: AbortSignal): Promise<Sent> => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- this one is Slack's, not a window's
    const { ts } = await api(signal, (web) => web.chat.postMessage({ ...manner(part), ...form }));
    if (!ts) throw unanswered('chat.postMessage', new Error('The message is not named.'));
    return { externalId: ts };
  };
  return async (part, signal) => {
    try {
      return await say(part, content(part.text), signal);
    } catch (error) {
      if (!isBlockRefused(error)) throw error;
      log.warn({ key: part.key }, 'slack did not take our markdown: saying it in plain words');
      return say(part, words(part.text), signal);
    }
  };
}

/**
 * Makes `Channel.preview`: a message that is edited, in every chat. Slack's own streams are not used: they end after
 * five minutes whatever is done, and share one budget over the workspace.
 */
export function createPreview(api: SlackApi): NonNullable<Channel['preview']> {
  return ({ externalId: channel }): Preview => ({
    kind: 'edit',
    everyMs: EDIT_MS,
    async edit(ts, text, signal) {
      const replace = (form: Content) =>
        api(signal, (web) => web.chat.update({ channel, ts, ...form, link_names: false, parse: 'none' }));
      await replace(content(text)).catch((error: unknown) => {
        if (!isBlockRefused(error)) throw error;
        return replace(words(text));
      });
    },
    async remove(ts, signal) {
      await api(signal, (web) => web.chat.delete({ channel, ts })).catch((error: unknown) => {
        const isGone = error instanceof RejectedError && error.code === 'message_not_found';
        if (!isGone) throw error;
      });
    },
  });
}

/** Makes `Channel.typing`: a status beside the thread, gone with our next message. A direct chat has none to set. */
export function createTyping(api: SlackApi): NonNullable<Channel['typing']> {
  return async ({ externalId: channel_id, threadId: thread_ts }: ChatRef, signal) => {
    if (thread_ts === '') return;
    await api(signal, (web) => web.assistant.threads.setStatus({ channel_id, thread_ts, status: 'is writing…' }));
  };
}
