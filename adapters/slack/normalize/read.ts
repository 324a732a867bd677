/**
 * From one raw event to what was said to us. Pure: the same event gives the same result at any time, and the same
 * message the same ids whichever way it came (socket, HTTP, history, as `message` or as `app_mention`).
 *
 * Dropped, because nobody waits for an answer: bots and ourselves, joins and other notes of Slack's, link previews
 * that change a message without changing a word, what is not said to us in a channel, and buttons: we have none.
 */
import { z } from 'zod';
import type { Inbound, InboundEdit, InboundMessage } from '#src/message.ts';
import { readCommand } from './command.ts';
import { chatOf, CLOCKS_MS, dateOf, senderOf, threadOf } from './places.ts';
import { readSaid, isSaid } from './said.ts';
import type { Context, Reader } from './said.ts';
import { callback, change, command, deletion, homeOpened, limited, message, rawEvent } from './schema.ts';
import type { Change, Deletion, HomeOpened, Message, Said } from './schema.ts';
import { unread } from './unread.ts';

function asEdit(said: InboundMessage, editedTs: string): InboundEdit {
  return { ...said, kind: 'edit', editedAt: dateOf(editedTs) };
}

/** One that bears the mark of an edit may be new to us all the same: a mention that was added, or the history. */
function readMessage(said: Message, context: Context): Inbound[] {
  if (!said.edited) return [readSaid(said, context)].filter((read) => read !== undefined);
  const read = readSaid(said, context, '');
  return read ? [asEdit(read, said.edited.ts)] : [];
}

/** Of what opened a thread the history keeps a tombstone, which does not say when it was made. */
function readTombstone({ channel, ...said }: Message, context: Context): Inbound[] {
  return takenBack(channel, said, said.ts, context);
}

function takenBack(channel: string, said: Pick<Said, 'ts' | 'thread_ts'>, ts: string, { self }: Context): Inbound[] {
  const chat = chatOf(self, channel, threadOf(said), {});
  return [{ kind: 'deletion', at: dateOf(ts), chat, externalId: said.ts }];
}

/** The message that opened a thread is not deleted but replaced by a tombstone. */
function readChange(changed: Change, context: Context): Inbound[] {
  const { channel, event_ts, message: now, previous_message: before } = changed;
  if (now.subtype === 'tombstone') return takenBack(channel, now, event_ts, context);
  const isSame = before ? (before.text ?? '') === (now.text ?? '') : !now.edited;
  const read = isSame ? undefined : readSaid({ ...now, channel }, context, before?.text ?? '');
  return read ? [asEdit(read, now.edited?.ts ?? event_ts)] : [];
}

function readDeletion(deleted: Deletion, context: Context): Inbound[] {
  const { channel, event_ts, deleted_ts: ts, previous_message: before } = deleted;
  if (before?.bot_id || before?.user === context.self.userId) return [];
  return takenBack(channel, { ts, thread_ts: before?.thread_ts }, event_ts, context);
}

/** Whoever opens our page is greeted, once, as if they had typed `/start`. */
function readHome({ channel, event_ts, user }: HomeOpened, { self, found }: Context): Inbound[] {
  return [
    {
      kind: 'message',
      at: dateOf(event_ts),
      chat: chatOf(self, channel, '', {}),
      externalId: `home:${user}`,
      from: senderOf(self, user, found.names),
      text: '/start',
      attachments: [],
      addressedBy: 'command',
    },
  ];
}

function readEvent({ event }: z.infer<typeof callback>, context: Context): Inbound[] {
  const { type, subtype } = event;
  if (type === 'app_home_opened') return readHome(homeOpened.parse(event), context);
  if (type === 'message' && subtype === 'message_changed') return readChange(change.parse(event), context);
  if (type === 'message' && subtype === 'message_deleted') return readDeletion(deletion.parse(event), context);
  if (type === 'message' && subtype === 'tombstone') return readTombstone(message.parse(event), context);
  const isMessage = type === 'app_mention' || (type === 'message' && isSaid(subtype));
  return isMessage ? readMessage(message.parse(event), context) : [];
}

const MINUTE_MS = 60_000;

/** Slack brings 30,000 events an hour, and says once a minute if it drops some (docs.slack.dev/reference/events/app_rate_limited). */
function readLimited(body: unknown, { self: { account } }: Context): Inbound[] {
  const at = new Date(limited.parse(body).minute_rate_limited * 1000);
  return [{ kind: 'missed', at, until: new Date(at.getTime() + MINUTE_MS + CLOCKS_MS), account }];
}

const anyBody = z.object({ type: z.string().optional(), command: z.string().optional() });

function readBody(body: unknown, context: Context): Inbound[] {
  const { type, command: name } = anyBody.parse(body);
  if (name !== undefined) return [readCommand(command.parse(body), context)];
  if (type === 'app_rate_limited') return readLimited(body, context);
  return type === 'event_callback' ? readEvent(callback.parse(body), context) : [];
}

/** Reads one event. Never throws: what should have been readable and was not is kept, so that a bug of ours loses nothing. */
export function readRaw(raw: unknown, reader: Reader): Inbound[] {
  try {
    const { body, receivedAt, found } = rawEvent.parse(raw);
    return readBody(body, { ...reader, found, at: receivedAt });
  } catch (error) {
    return [unread(raw, error, reader.self)];
  }
}
