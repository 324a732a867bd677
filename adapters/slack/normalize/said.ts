/** What a human said to us, as a message. */
import type { AddressedBy, InboundMessage, ReplyRef } from '#src/message.ts';
import type { Self } from '../self.ts';
import { readAttachments } from './attachments.ts';
import { chatOf, dateOf, isDirect, senderOf, threadOf } from './places.ts';
import type { Found, Message, Said } from './schema.ts';
import { oneLine, readWords } from './words.ts';

/** What a reading needs to know besides the event. */
export interface Reader {
  self: Self;
  /** The names of our commands. */
  commands: ReadonlySet<string>;
}

/** The same, with what was found out for this event, and when it came. */
export interface Context extends Reader {
  found: Found;
  at: Date;
}

/** The kinds of messages that a human says; all others are notes of Slack's, or of programs. */
const KINDS = new Set(['', 'file_share', 'thread_broadcast', 'me_message']);

const SLACKBOT = 'USLACKBOT';

/** Whether messages of this subtype are said by somebody. */
export function isSaid(subtype: string | null | undefined): boolean {
  return KINDS.has(subtype ?? '');
}

function isFromHuman({ user, bot_id, subtype }: Said, self: Self): boolean {
  return user !== self.userId && user !== SLACKBOT && !bot_id && isSaid(subtype);
}

/** How a message came to be meant for us; `undefined` when it is not. */
function addressedBy(said: Message, mentionsUs: boolean, self: Self): AddressedBy | undefined {
  if (isDirect(said.channel)) return 'direct';
  if (mentionsUs) return 'mention';
  if (!said.thread_ts || said.thread_ts === said.ts) return undefined;
  return said.parent_user_id === self.userId ? 'reply' : 'thread';
}

/** What somebody else wrote and this message shares. */
function readShared({ attachments }: Said, { self, found }: Context): string[] {
  return (attachments ?? []).flatMap(({ is_share, author_name, text }) => {
    if (!is_share || !text) return [];
    const author = oneLine(author_name ?? '');
    const { text: shared } = readWords(text, self, found.names);
    return [author === '' ? shared : `${author}: ${shared}`];
  });
}

/**
 * What a thread began with, for whoever calls us into it; of our own words only the name. In a direct chat it tells
 * which of our answers is meant.
 */
function readReply(said: Message, how: AddressedBy, { self, found }: Context): ReplyRef | undefined {
  const { channel, ts, thread_ts: externalId } = said;
  if (!externalId || externalId === ts) return undefined;
  if (isDirect(channel)) return { externalId };
  const { root, names } = found;
  if (how !== 'mention' || !root) return undefined;
  if (root.user === self.userId) return { externalId };
  const author = root.user ? oneLine(names[root.user] ?? '') : '';
  const { text } = readWords(root.text, self, names);
  return { externalId, ...(text !== '' && { text }), ...(author !== '' && { author }) };
}

/**
 * What was said to us, if it was; throws when it was and cannot be read. `before`: what it said earlier, if it has
 * been changed, as far as that is known. A change of what may have been said to us earlier still is left to the core.
 */
export function readSaid(said: Message, context: Context, before?: string): InboundMessage | undefined {
  const { self, found } = context;
  if (!said.user || !isFromHuman(said, self)) return undefined;
  const words = readWords(said.text ?? '', self, found.names);
  const mentionsUs = words.mentionsUs || readWords(before ?? '', self).mentionsUs;
  const how = addressedBy(said, mentionsUs, self) ?? (before === undefined ? undefined : 'before');
  if (!how) return undefined;
  const text = [words.text, ...readShared(said, context)].filter((part) => part !== '').join('\n\n');
  const attachments = readAttachments(said);
  if (text === '' && attachments.length === 0) {
    // Only files that are gone, or a change of what was perhaps never said to us.
    if (said.files?.length || how === 'before') return undefined;
    throw new Error('a message in which nothing is known');
  }
  const replyTo = readReply(said, how, context);
  return {
    kind: 'message',
    at: dateOf(said.ts),
    chat: chatOf(self, said.channel, threadOf(said), found.names),
    externalId: said.ts,
    from: senderOf(self, said.user, found.names),
    text,
    attachments,
    addressedBy: how,
    ...(replyTo && { replyTo }),
  };
}
