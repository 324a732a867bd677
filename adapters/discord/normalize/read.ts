/**
 * From one event of the gateway to what was said to us. Pure: the same event gives the same result at any time; what
 * was known of its place when it came goes with it.
 *
 * Dropped, because nobody waits for an answer: bots, webhooks and ourselves, joins, pins and the like, what is not said
 * to us in a server, changes of previews, buttons, and every other kind of event.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { describeError } from '#src/errors.ts';
import type { Inbound, InboundUnread } from '#src/message.ts';
import type { Surroundings } from '../places.ts';
import type { Self } from '../self.ts';
import { timeOf } from '../snowflake.ts';
import { readCommand } from './command.ts';
import { chatOf } from './people.ts';
import { bulkDeletion, deletion, message as messageSchema } from './schema.ts';
import { readSaid } from './said.ts';
import type { Reader } from './said.ts';

/** An event as we keep it. Discord's own, such as the recorded ones, have no `around` and no `at`. */
export interface RawEvent {
  t: string;
  d: unknown;
  around?: Surroundings | undefined;
  /** When it came to us: Discord does not say when something was deleted. */
  at?: string | undefined;
}

/** Whether it is an edit at all: Discord also tells so of previews that it has made, of pins, and of threads begun. */
const edited = z.looseObject({ edited_timestamp: z.string(), author: z.object({}), content: z.string() });

function readEdit(data: unknown, reader: Reader): Inbound[] {
  if (!edited.safeParse(data).success) return [];
  const message = messageSchema.parse(data);
  const said = readSaid(message, reader, true);
  return said ? [{ ...said, kind: 'edit', editedAt: message.edited_timestamp ?? message.timestamp }] : [];
}

function readMessage(data: unknown, reader: Reader): Inbound[] {
  const said = readSaid(messageSchema.parse(data), reader);
  return said ? [said] : [];
}

function readDeletions(event: RawEvent, { self }: Reader): Inbound[] {
  const isBulk = event.t === 'MESSAGE_DELETE_BULK';
  const found = isBulk ? bulkDeletion.parse(event.d) : deletion.parse(event.d);
  const chat = chatOf(self.account, found.channel_id, found.guild_id);
  const ids = 'ids' in found ? found.ids : [found.id];
  return ids.map((externalId) => {
    const at = event.at === undefined ? timeOf(externalId) : new Date(event.at);
    return { kind: 'deletion', at, chat, externalId };
  });
}

function readByKind(event: RawEvent, reader: Reader): Inbound[] {
  switch (event.t) {
    case 'MESSAGE_CREATE':
      return readMessage(event.d, reader);
    case 'MESSAGE_UPDATE':
      return readEdit(event.d, reader);
    case 'MESSAGE_DELETE':
    case 'MESSAGE_DELETE_BULK':
      return readDeletions(event, reader);
    case 'INTERACTION_CREATE': {
      const command = readCommand(event.d, reader.self);
      return command ? [command] : [];
    }
    default:
      return [];
  }
}

/** Why an event could not be read, without a word of what it says. */
function reasonOf(error: unknown): string {
  if (!(error instanceof z.ZodError)) return describeError(error);
  return error.issues.map((issue) => `${issue.path.join('.') || 'the event'}: ${issue.message}`).join('; ');
}

const anyEvent = z.object({
  t: z.string().catch(''),
  d: z
    .looseObject({ id: z.string().regex(/^\d{1,20}$/) })
    .optional()
    .catch(undefined),
});

/** An event kept raw. One without an id is named by its content, and from the beginning of time. */
function unread(raw: unknown, reason: string, account: string): InboundUnread {
  const { t, d } = anyEvent.safeParse(raw).data ?? { t: '' };
  const digest = createHash('sha256').update(JSON.stringify(d ?? raw) ?? '');
  const externalId = [t, d?.id, digest.digest('hex').slice(0, 16)].filter(Boolean).join('/');
  return { kind: 'unread', at: d ? timeOf(d.id) : new Date(0), account, externalId, raw, reason };
}

const rawEvent = z.object({
  t: z.string(),
  d: z.unknown(),
  at: z.iso.datetime().optional(),
  around: z
    .object({
      title: z.string().optional(),
      isThread: z.boolean().optional(),
      isOurs: z.boolean().optional(),
      ourRoles: z.array(z.string()).optional(),
      names: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
});

/** Reads one event. Never throws: what should have been readable and was not is kept, so that a bug of ours loses nothing. */
export function readEvent(raw: unknown, self: Self): Inbound[] {
  try {
    const event = rawEvent.parse(raw);
    return readByKind(event, { self, around: event.around ?? {} });
  } catch (error) {
    return [unread(raw, reasonOf(error), self.account)];
  }
}
