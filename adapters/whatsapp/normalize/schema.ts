/** An event as the child tells it: what the page knows of a message, and of everybody in it. */
import { z } from 'zod';
import { both } from '../child/protocol.ts';

/** An id, in either of the forms that the page has. */
const wid = z.union([z.string(), z.object({ _serialized: z.string() }).transform((id) => id._serialized)]);
const seconds = z.coerce.number().min(0).max(8_640_000_000_000);
const text = z.string().optional().catch(undefined);

const messageId = z.object({
  id: z.string().min(1),
  fromMe: z.boolean(),
  remote: wid,
  participant: wid.optional().catch(undefined),
});

export const message = z.object({
  id: messageId,
  from: wid.optional().catch(undefined),
  author: wid.optional().catch(undefined),
  type: z.string(),
  t: seconds,
  body: text,
  caption: text,
  notifyName: text,
  mentionedJidList: z.array(wid).optional().catch(undefined),
  quotedStanzaID: text,
  quotedParticipant: wid.optional().catch(undefined),
  quotedMsg: z.object({ type: text, body: text, caption: text }).optional().catch(undefined),
  directPath: text,
  mimetype: text,
  size: z.number().optional().catch(undefined),
  filename: text,
  lat: z.number().optional().catch(undefined),
  lng: z.number().optional().catch(undefined),
  loc: text,
  vcardFormattedName: text,
  vcardList: z
    .array(z.object({ displayName: text }))
    .optional()
    .catch(undefined),
  pollName: text,
  pollOptions: z
    .array(z.object({ name: z.string() }))
    .optional()
    .catch(undefined),
  eventName: text,
  latestEditSenderTimestampMs: z.number().optional().catch(undefined),
  isStatusV3: z.boolean().optional().catch(undefined),
});
export type WhatsappMessage = z.output<typeof message>;

const around = { me: both, title: z.string().catch(''), people: z.record(z.string(), both).catch({}) };
const at = z.number().transform((ms) => new Date(ms));

export const event = z.discriminatedUnion('event', [
  z.object({ event: z.literal('message'), message, ...around }),
  z.object({ event: z.literal('edit'), message, ...around }),
  z.object({ event: z.literal('undecryptable'), message, ...around }),
  z.object({ event: z.literal('revoke'), message: message.pick({ id: true, author: true, t: true }), at, ...around }),
  z.object({ event: z.literal('ack'), message: z.object({ id: messageId }), ack: z.int(), at, ...around }),
  z.object({
    event: z.literal('reaction'),
    message: z.object({ id: messageId, sender: wid }),
    text: z.string().catch(''),
    at,
    ...around,
  }),
]);
export type WhatsappEvent = z.output<typeof event>;

/** What everything that is told has around it. */
export type Around = Pick<WhatsappEvent, 'me' | 'title' | 'people'>;
