/**
 * From one raw update to what was said to us. Pure: the same update gives the same result at any time.
 *
 * Dropped, because nobody waits for an answer: other bots and ourselves, channel posts and whoever writes in a
 * channel's or group's name, service messages, what is not said to us in a group, and kinds of updates that we do
 * not ask for.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { describeError } from '#src/errors.ts';
import type { AddressedBy, Inbound, InboundMessage, InboundUnread } from '#src/message.ts';
import type { Self } from '../self.ts';
import { readAddress } from './address.ts';
import type { Addressed } from './address.ts';
import { readAttachments } from './attachments.ts';
import { chatOf, senderOf, threadOf } from './people.ts';
import { readReply, repliesToUs } from './reply.ts';
import { update } from './schema.ts';
import type { TelegramEdit, TelegramMembership, TelegramMessage } from './schema.ts';
import { isServiceMessage } from './service.ts';
import { readWords } from './words.ts';

/** How a message came to be meant for us; `undefined` when it is not. */
function addressedBy(message: TelegramMessage, addressed: Addressed, self: Self): AddressedBy | undefined {
  if (message.chat.type === 'private') return 'direct';
  if (addressed.isForOther) return undefined;
  if (addressed.mentionsUs) return 'mention';
  if (repliesToUs(message, self)) return 'reply';
  return addressed.isCommand ? 'command' : undefined;
}

/** Whether a human wrote it in their own name, in a chat where one can be answered. */
function isFromHuman({ chat, from, sender_chat: onBehalfOf }: TelegramMessage): boolean {
  const isAnswerable = chat.type === 'private' || chat.type === 'group' || chat.type === 'supergroup';
  return isAnswerable && from !== undefined && !from.is_bot && onBehalfOf === undefined;
}

/** What was said to us, if it was; throws when it was and cannot be read. */
function readSaid(message: TelegramMessage, raw: object, self: Self): InboundMessage | undefined {
  const { from } = message;
  if (!from || !isFromHuman(message) || String(from.id) === self.id) return undefined;
  const words = readWords(message);
  const addressed = readAddress(words.text, words.entities, self);
  const attachments = readAttachments(message);
  const how = addressedBy(message, addressed, self);
  if (!how) return undefined;
  if (addressed.text === '' && attachments.length === 0) {
    if (isServiceMessage(raw)) return undefined;
    throw new Error('a message in which nothing is known');
  }
  const replyTo = readReply(message, self);
  return {
    kind: 'message',
    at: message.date,
    chat: chatOf(self.id, message.chat, threadOf(message)),
    externalId: String(message.message_id),
    from: senderOf(from),
    text: addressed.text,
    attachments,
    addressedBy: how,
    ...(replyTo && { replyTo }),
  };
}

function readMessage(message: TelegramMessage, raw: object, self: Self): Inbound[] {
  if (message.migrate_to_chat_id !== undefined) {
    const toExternalId = String(message.migrate_to_chat_id);
    return [{ kind: 'chatMoved', at: message.date, chat: chatOf(self.id, message.chat), toExternalId }];
  }
  const said = readSaid(message, raw, self);
  return said ? [said] : [];
}

/** A shared live place is edited every few seconds as its owner walks; that is not something said again. */
function readEdit(message: TelegramEdit, raw: object, self: Self): Inbound[] {
  const said = message.location ? undefined : readSaid(message, raw, self);
  return said ? [{ ...said, kind: 'edit', editedAt: message.edit_date }] : [];
}

/** Somebody blocked us or let us in again. What becomes of us in a group concerns no single human. */
function readMembership({ chat, from, date, new_chat_member: us }: TelegramMembership, self: Self): Inbound[] {
  if (chat.type !== 'private' || from.is_bot) return [];
  const reachable = us.status !== 'kicked' && us.status !== 'left';
  return [{ kind: 'reachable', at: date, chat: chatOf(self.id, chat), from: senderOf(from), reachable }];
}

/** Why an update could not be read, without a word of what it says. */
function reasonOf(error: unknown): string {
  if (!(error instanceof z.ZodError)) return describeError(error);
  return error.issues.map((issue) => `${issue.path.join('.') || 'the update'}: ${issue.message}`).join('; ');
}

const dated = z.object({ date: z.int().min(0).max(8_640_000_000_000) });
const anyUpdate = z.object({
  update_id: z.int().optional().catch(undefined),
  message: dated.optional().catch(undefined),
  edited_message: dated.optional().catch(undefined),
  my_chat_member: dated.optional().catch(undefined),
});

/** An update kept raw. One without an id is named by its content; without a date it is from the beginning of time. */
function unread(raw: unknown, reason: string, self: Self): InboundUnread {
  const seen = anyUpdate.safeParse(raw).data;
  const date = (seen?.message ?? seen?.edited_message ?? seen?.my_chat_member)?.date ?? 0;
  const digest = () =>
    createHash('sha256')
      .update(JSON.stringify(raw) ?? '')
      .digest('hex')
      .slice(0, 32);
  const externalId = seen?.update_id === undefined ? digest() : String(seen.update_id);
  return { kind: 'unread', at: new Date(date * 1000), account: self.id, externalId, raw, reason };
}

/** Reads one update. Never throws: what should have been readable and was not is kept, so that a bug of ours loses nothing. */
export function readUpdate(raw: unknown, self: Self): Inbound[] {
  try {
    const { message, edited_message: edit, my_chat_member: membership } = update.parse(raw);
    const body = raw as { message: object; edited_message: object };
    if (message) return readMessage(message, body.message, self);
    if (edit) return readEdit(edit, body.edited_message, self);
    return membership ? readMembership(membership, self) : [];
  } catch (error) {
    return [unread(raw, reasonOf(error), self)];
  }
}
