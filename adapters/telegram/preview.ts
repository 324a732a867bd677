/** An answer in the making on Telegram: a draft in private chats, a message that is edited in groups. */
import { createHash } from 'node:crypto';
import type { Channel, DraftPreview, EditPreview } from '#src/channel.ts';
import { RejectedError } from '#src/errors.ts';
import type { Logger } from '#src/log.ts';
import type { ChatRef } from '#src/message.ts';
import type { TelegramApi } from './api.ts';
import { callSignal } from './api.ts';
import { formatTelegram } from './format.ts';
import { toPlainText } from './plain.ts';
import { topicOf } from './send.ts';

const DRAFT_EVERY_MS = 1_000;
/** A group takes 20 messages a minute in all, edits counted in. */
const EDIT_EVERY_MS = 4_000;

/** Refusals that are about the method itself and not about what was shown, or to whom. */
const UNKNOWN_METHOD = new Set(['not_found', 'rejected']);

/** Makes `Channel.preview`. A Bot API server that knows no drafts is asked once. */
export function createPreview(api: TelegramApi, log: Logger): NonNullable<Channel['preview']> {
  const drafts = { areKnown: true };
  return (chat) => {
    if (chat.kind === 'group') return editing(api, chat);
    return drafts.areKnown ? drafting(api, chat, drafts, log) : undefined;
  };
}

/** https://core.telegram.org/bots/api#sendmessagedraft: shown for 30 s, and gone when the message comes. */
function drafting(api: TelegramApi, chat: ChatRef, drafts: { areKnown: boolean }, log: Logger): DraftPreview {
  return {
    kind: 'draft',
    everyMs: DRAFT_EVERY_MS,
    async show(markdown, key, signal) {
      const [text] = formatTelegram(markdown);
      if (text === undefined || !drafts.areKnown) return;
      const manner = { parse_mode: 'HTML' as const, ...topicOf(chat) };
      try {
        await api.sendMessageDraft(Number(chat.externalId), draftId(key), text, manner, callSignal(signal));
      } catch (error) {
        if (!(error instanceof RejectedError && UNKNOWN_METHOD.has(error.code))) throw error;
        drafts.areKnown = false;
        log.info({ error: error.message }, 'telegram: this Bot API server takes no drafts; answers come whole');
      }
    },
  };
}

/** A number that is the same for all drafts of one answer, and never 0. */
function draftId(key: string): number {
  return (createHash('sha256').update(key).digest().readUInt32BE() >>> 1) + 1;
}

/** https://core.telegram.org/bots/api#editmessagetext, https://core.telegram.org/bots/api#deletemessage */
function editing(api: TelegramApi, chat: ChatRef): EditPreview {
  const place = Number(chat.externalId);
  const write = async (id: string, text: string, markup: object, signal: AbortSignal): Promise<void> => {
    const manner = { link_preview_options: { is_disabled: true }, ...markup };
    await api.editMessageText(place, Number(id), text, manner, callSignal(signal)).catch(unlessCode('not_modified'));
  };
  return {
    kind: 'edit',
    everyMs: EDIT_EVERY_MS,
    async edit(id, text, signal) {
      try {
        await write(id, text, { parse_mode: 'HTML' }, signal);
      } catch (error) {
        if (!(error instanceof RejectedError && error.code === 'parse_failed')) throw error;
        await write(id, toPlainText(text), {}, signal);
      }
    },
    async remove(id, signal) {
      await api.deleteMessage(place, Number(id), callSignal(signal)).catch(unlessCode('message_gone'));
    },
  };
}

/** Swallows the refusal that says that all is as it should be. */
function unlessCode(code: string): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof RejectedError && error.code === code)) throw error;
  };
}
