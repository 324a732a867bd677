/** What a message says to us, if it is meant for us. */
import type { AddressedBy, InboundMessage } from '#src/message.ts';
import type { Surroundings } from '../places.ts';
import type { Self } from '../self.ts';
import { readAttachments } from './attachments.ts';
import { chatOf, nameOf, senderOf } from './people.ts';
import { REPLY, readReply, repliesToUs, SAID } from './reply.ts';
import type { DiscordMessage } from './schema.ts';
import { inWords, pollInWords, saidInWords } from './words.ts';

/** Where an event happened, and who reads it. */
export interface Reader {
  self: Self;
  around: Surroundings;
}

/** ANNOUNCEMENT_THREAD, PUBLIC_THREAD, PRIVATE_THREAD. */
const THREADS = new Set([10, 11, 12]);

const FORWARD = 1;

function mentionsUs(message: DiscordMessage, { self, around }: Reader): boolean {
  const roles = around.ourRoles ?? [];
  return (
    new RegExp(`<@!?${self.id}>`).test(message.content) || roles.some((id) => message.content.includes(`<@&${id}>`))
  );
}

/** How a message came to be meant for us; `undefined` when it is not. An edit may be one of what was: that the core knows. */
function addressedBy(message: DiscordMessage, reader: Reader, isEdit: boolean): AddressedBy | undefined {
  if (message.guild_id === undefined) return 'direct';
  if (mentionsUs(message, reader)) return 'mention';
  if (repliesToUs(message, reader.self)) return 'reply';
  const { isThread = THREADS.has(message.channel_type ?? -1), isOurs = false } = reader.around;
  if (isThread) return isOurs ? 'reply' : 'thread';
  return isEdit ? 'before' : undefined;
}

/** Whether a human wrote it. Group chats of people (type 3) are no place for bots. */
function isFromHuman({ author, webhook_id: webhook, type, channel_type: place }: DiscordMessage): boolean {
  const isSaid = type === SAID || type === REPLY;
  return isSaid && !author.bot && !author.system && (webhook ?? undefined) === undefined && place !== 3;
}

/** The words, and those of a message that is handed on. A bare mention of us is all that it says. */
function readText(message: DiscordMessage, reader: Reader): string {
  const { self, around } = reader;
  const names = around.names ?? {};
  const roles = around.ourRoles ?? [];
  const isOurs = (sign: string, id: string) => (sign === '@&' ? roles.includes(id) : sign !== '#' && id === self.id);
  const own = inWords(message, names, isOurs);
  const isForward = message.message_reference?.type === FORWARD;
  const forwarded = isForward ? message.message_snapshots.map(({ message: one }) => saidInWords(one, names)) : [];
  const text = [own, pollInWords(message), ...forwarded].filter((one) => one !== '').join('\n');
  if (text !== '' || !mentionsUs(message, reader)) return text;
  const us = message.mentions.find(({ id }) => id === self.id);
  return `@${(us && nameOf(us, us.member)) || 'you'}`;
}

/** What was said to us, if it was; throws when it was and cannot be read. */
export function readSaid(message: DiscordMessage, reader: Reader, isEdit = false): InboundMessage | undefined {
  const { self, around } = reader;
  if (message.author.id === self.id || !isFromHuman(message)) return undefined;
  const how = addressedBy(message, reader, isEdit);
  if (!how) return undefined;
  const forwarded = message.message_snapshots.flatMap(({ message: one }) => readAttachments(one));
  const attachments = [...readAttachments(message), ...forwarded];
  const text = readText(message, reader);
  if (text === '' && attachments.length === 0) {
    // Without the intent for it, Discord leaves out the words of what is not said to us.
    if (how === 'thread' || how === 'before' || around.isOurs) return undefined;
    throw new Error('a message in which nothing is known');
  }
  const replyTo = readReply(message, self, around.names ?? {});
  return {
    kind: 'message',
    at: message.timestamp,
    chat: chatOf(self.account, message.channel_id, message.guild_id, around.title),
    externalId: message.id,
    from: senderOf(message.author, message.member),
    text,
    attachments,
    addressedBy: how,
    ...(replyTo && { replyTo }),
  };
}
