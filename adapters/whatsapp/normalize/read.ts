/**
 * From one event of the child to what was said to us. Pure: the same event gives the same result at any time.
 *
 * Our own sends are told by their id and dropped. What else the account says was written on its phone: to others it is
 * history, and to itself a question like any other.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { describeError } from '#src/errors.ts';
import type { AddressedBy, ChatRef, Inbound, InboundMessage, InboundReceipt, InboundUnread } from '#src/message.ts';
import { isOurs } from '../ids.ts';
import { attachmentsOf, isNote, readReply, readText, type Said } from './content.ts';
import { formerly, nameOf, namesOf } from './names.ts';
import { ACCOUNT, chatOf, isMe, senderOf } from './people.ts';
import { type Around, event, type WhatsappEvent, type WhatsappMessage } from './schema.ts';

/** What reading depends on besides the event. */
export interface ReadOptions {
  /** For how long the agent keeps quiet where the owner writes by hand. */
  ownerQuietMs: number;
}

/** How a message came to be meant for us; `undefined` when it is not. In a group the owner's own word only follows. */
function addressedBy(message: WhatsappMessage, chat: ChatRef, said: Said): AddressedBy | undefined {
  if (chat.kind === 'direct') return 'direct';
  if (message.id.fromMe) return 'thread';
  if (said.mentionsUs) return 'mention';
  if (message.quotedStanzaID !== undefined && isOurs(message.quotedStanzaID)) return 'reply';
  return /^\/[a-z]/i.test(said.text) ? 'command' : undefined;
}

/** Who is on the other side: in a direct chat always the one whose chat it is. */
function fromOf(message: WhatsappMessage, chat: ChatRef, around: Around): InboundMessage['from'] {
  const { fromMe, remote } = message.id;
  const name = fromMe && !isMe(remote, around) ? '' : (message.notifyName ?? '');
  if (chat.kind === 'direct') return senderOf(remote, name, around);
  const author = fromMe ? (around.me.phone ?? around.me.lid) : message.author;
  if (author === undefined) throw new Error('a message in a group without its author');
  return senderOf(author, name, around);
}

/** That the owner wrote it by hand, and what follows from that. */
function handOf({ id }: WhatsappMessage, around: Around, { ownerQuietMs }: ReadOptions): Partial<InboundMessage> {
  if (!id.fromMe) return {};
  if (isMe(id.remote, around)) return { origin: 'phone' };
  return { origin: 'phone', isOwn: true, ...(ownerQuietMs > 0 && { quietMs: ownerQuietMs }) };
}

/** What was said to us, if it was; throws when it was and cannot be read. */
function readSaid(message: WhatsappMessage, around: Around, options: ReadOptions): InboundMessage | undefined {
  const chat = message.isStatusV3 ? undefined : chatOf(message.id.remote, around);
  if (!chat || isNote(message) || (message.id.fromMe && isOurs(message.id.id))) return undefined;
  const said = readText(message, around);
  const how = addressedBy(message, chat, said);
  if (!how) return undefined;
  const attachments = attachmentsOf(message);
  if (said.text === '' && attachments.length === 0) {
    throw new Error(`a message of the kind ${message.type} in which nothing is known`);
  }
  const replyTo = readReply(message, around);
  return {
    kind: 'message',
    at: new Date(message.t * 1000),
    ...nameOf(message, chat, around),
    from: fromOf(message, chat, around),
    text: said.text,
    attachments,
    addressedBy: how,
    ...formerly(message, chat, around),
    ...(replyTo && { replyTo }),
    ...handOf(message, around, options),
  };
}

function readEdit(message: WhatsappMessage, around: Around, options: ReadOptions): Inbound[] {
  // The page also tells of texts that come late (a caption's thumbnail); an edit has its own time.
  const { latestEditSenderTimestampMs: editedMs } = message;
  const isEmptied = message.body === '' && message.caption === undefined;
  if (editedMs === undefined || isEmptied) return [];
  const said = readSaid(message, around, options);
  return said ? [{ ...said, kind: 'edit', editedAt: new Date(editedMs) }] : [];
}

/** WhatsApp's acks: https://docs.wwebjs.dev/global.html#MessageAck */
const STATES: Readonly<Record<number, InboundReceipt['state']>> = {
  [-1]: 'failed',
  1: 'sent',
  2: 'delivered',
  3: 'read',
  4: 'read',
};

/**
 * What the receipt says, in each chat in which what we said may be known: that of the id that it is shown under too, if
 * that is a LID whose phone number was not known yet when we said it.
 */
function readAck(told: Extract<WhatsappEvent, { event: 'ack' }>): Inbound[] {
  const { id } = told.message;
  const [chat, state] = [chatOf(id.remote, told), STATES[told.ack]];
  if (!chat || state === undefined || !id.fromMe || !isOurs(id.id)) return [];
  const chats = [...new Set([chat.externalId, id.remote])].map((externalId) => ({ ...chat, externalId }));
  return chats.map((one) => ({ kind: 'receipt', at: told.at, chat: one, externalId: id.id, state }));
}

/** What happened to a message, under each name that it may be known by. */
function readRevoke(told: Extract<WhatsappEvent, { event: 'revoke' }>): Inbound[] {
  const { id, author } = told.message;
  const chat = chatOf(id.remote, told);
  // In a group an admin may delete what others wrote: the id says whose it is.
  const names = chat ? namesOf({ id, author: id.participant ?? author }, chat, told) : [];
  return names.map((name) => ({ kind: 'deletion', at: told.at, ...name }));
}

/** What anybody thinks of a message, the phone's owner too: we ourselves never react. */
function readReaction(told: Extract<WhatsappEvent, { event: 'reaction' }>): Inbound[] {
  const { id, sender } = told.message;
  const chat = chatOf(id.remote, told);
  const names = chat ? namesOf({ id, author: id.participant }, chat, told) : [];
  const from = senderOf(sender, '', told);
  return names.map((name) => ({ kind: 'reaction', at: told.at, ...name, from, text: told.text }));
}

function readEvent(told: WhatsappEvent, options: ReadOptions): Inbound[] {
  if (told.event === 'message') {
    const said = readSaid(told.message, told, options);
    return said ? [said] : [];
  }
  if (told.event === 'edit') return readEdit(told.message, told, options);
  if (told.event === 'ack') return readAck(told);
  if (told.event === 'revoke') return readRevoke(told);
  if (told.event === 'reaction') return readReaction(told);
  // What came in a group was probably not for us.
  if (chatOf(told.message.id.remote, told)?.kind !== 'direct') return [];
  throw new Error('WhatsApp could not decrypt this message, and the phone did not send it again');
}

/** Why an event could not be read, without a word of what it says. */
function reasonOf(error: unknown): string {
  if (!(error instanceof z.ZodError)) return describeError(error);
  return error.issues.map((issue) => `${issue.path.join('.') || 'the event'}: ${issue.message}`).join('; ');
}

const named = z.object({
  event: z.string().catch('event'),
  message: z.object({ id: z.object({ _serialized: z.string() }), t: z.number().catch(0) }),
});

/** An event kept raw; one whose message has no id is named by its content. */
function unread(raw: unknown, reason: string): InboundUnread {
  const { data } = named.safeParse(raw);
  const digest = createHash('sha256')
    .update(JSON.stringify(raw) ?? '')
    .digest('hex')
    .slice(0, 32);
  const externalId = data ? `${data.event}/${data.message.id._serialized}` : digest;
  return { kind: 'unread', at: new Date((data?.message.t ?? 0) * 1000), account: ACCOUNT, externalId, raw, reason };
}

/** Reads one event. Never throws: what should have been readable and was not is kept, so that a bug of ours loses nothing. */
export function readWhatsapp(raw: unknown, options: ReadOptions): Inbound[] {
  try {
    return readEvent(event.parse(raw), options);
  } catch (error) {
    return [unread(raw, reasonOf(error))];
  }
}
