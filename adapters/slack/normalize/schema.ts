/** What we read of Slack's payloads; everything else in them is passed over. */
import { z } from 'zod';

/** A time that is also a message's name: seconds, a dot, and what makes it unique in its channel. */
const timestamp = z.string().regex(/^\d{1,11}\.\d{1,6}$/, 'must be a time of Slack');

/** Left out and `null` are one to Slack. */
const optionalText = z.string().nullish();

const file = z.object({
  id: z.string(),
  name: optionalText,
  title: optionalText,
  mimetype: optionalText,
  size: z.number().nullish(),
  /** `hosted`, `external`, `tombstone`, … */
  mode: optionalText,
  /** `slack_audio` and `slack_video`: recorded in Slack. */
  subtype: optionalText,
});

/** A message that is shown in another: shared by somebody, or a link's preview. */
const shown = z.object({
  text: optionalText,
  author_name: optionalText,
  is_share: z.boolean().nullish(),
  files: z.array(file).nullish(),
});

/** A message as events, changes and the history bring it. */
export const said = z.object({
  ts: timestamp,
  user: optionalText,
  bot_id: optionalText,
  subtype: optionalText,
  text: optionalText,
  thread_ts: timestamp.nullish(),
  parent_user_id: optionalText,
  edited: z.object({ ts: timestamp }).nullish(),
  files: z.array(file).nullish(),
  attachments: z.array(shown).nullish(),
});

const inChannel = { channel: z.string().min(1) };

export const message = said.extend(inChannel);

/** When a change was made. */
const when = { event_ts: timestamp };

export const change = z.object({
  ...inChannel,
  ...when,
  message: said,
  previous_message: said.partial({ ts: true }).nullish(),
});

export const deletion = z.object({
  ...inChannel,
  ...when,
  deleted_ts: timestamp,
  previous_message: said.partial({ ts: true }).nullish(),
});

export const homeOpened = z.object({ ...inChannel, ...when, user: z.string().min(1) });

/** A slash command. It has no time of its own. */
export const command = z.object({
  command: z.string(),
  text: z.string().default(''),
  channel_id: z.string().min(1),
  channel_name: optionalText,
  user_id: z.string().min(1),
  user_name: optionalText,
  trigger_id: z.string().min(1),
});

/** Around every event. */
export const callback = z.object({
  type: z.literal('event_callback'),
  event: z.looseObject({ type: z.string(), subtype: optionalText }),
});

/** Slack dropped events in the minute that began then, in seconds. It has nothing inside it. */
export const limited = z.object({ minute_rate_limited: z.int().nonnegative() });

/** What had to be asked of Slack besides: names, and what a thread began with. */
export const found = z.object({
  /** Of members and channels, by their ids. */
  names: z.record(z.string(), z.string()).default({}),
  /** The message that opened the thread. */
  root: z.object({ user: optionalText, text: z.string() }).optional(),
  /** Our direct chat with whoever typed a command where we are not. */
  home: z.string().optional(),
});

/** A raw event as we keep it: as Slack brought it, when it came, and what was found out for it. */
export const rawEvent = z.object({
  body: z.unknown(),
  receivedAt: z.iso.datetime().transform((time) => new Date(time)),
  found: found.default({ names: {} }),
});

export type Said = z.infer<typeof said>;
export type Message = z.infer<typeof message>;
export type Change = z.infer<typeof change>;
export type Deletion = z.infer<typeof deletion>;
export type HomeOpened = z.infer<typeof homeOpened>;
export type Command = z.infer<typeof command>;
export type Found = z.infer<typeof found>;
export type RawEvent = z.input<typeof rawEvent>;
