/** What we read of Discord's messages; everything else in them is passed over. */
import { z } from 'zod';

const id = z.string().regex(/^\d+$/);
const time = z.iso.datetime({ offset: true }).transform((value) => new Date(value));

export const user = z.object({
  id,
  username: z.string().default(''),
  global_name: z.string().nullish(),
  bot: z.boolean().default(false),
  system: z.boolean().default(false),
});

/** Somebody's place in a server. */
const member = z.object({ nick: z.string().nullish() });

const attachment = z.object({
  id,
  filename: z.string().optional(),
  title: z.string().nullish(),
  content_type: z.string().nullish(),
  size: z.number().optional(),
  flags: z.int().default(0),
  duration_secs: z.number().nullish(),
});

const pollMedia = z.object({ text: z.string().nullish(), emoji: z.object({ name: z.string().nullish() }).nullish() });

/** A card: made by a bot, or the preview of a link. */
const embed = z.object({
  type: z.string().nullish(),
  title: z.string().nullish(),
  description: z.string().nullish(),
  fields: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
});

const content = {
  content: z.string().default(''),
  mentions: z.array(user.extend({ member: member.nullish() })).default([]),
  attachments: z.array(attachment).default([]),
  sticker_items: z.array(z.object({ id, name: z.string() })).default([]),
  poll: z
    .object({
      question: z.object({ text: z.string().default('') }),
      answers: z.array(z.object({ poll_media: pollMedia })).default([]),
    })
    .nullish(),
  /** Seldom looked at: an odd one makes nothing unreadable. */
  embeds: z.array(embed).catch([]),
};

export const message = z.object({
  id,
  channel_id: id,
  channel_type: z.int().optional(),
  guild_id: z.string().optional(),
  type: z.int().default(0),
  timestamp: time,
  edited_timestamp: time.nullish(),
  author: user,
  member: member.nullish(),
  webhook_id: z.string().nullish(),
  message_reference: z.object({ type: z.int().default(0), message_id: id.optional() }).nullish(),
  referenced_message: z.object({ id, author: user, member: member.nullish(), ...content }).nullish(),
  /** What a forwarded message says. */
  message_snapshots: z.array(z.object({ message: z.object(content) })).default([]),
  ...content,
});

export const deletion = z.object({ id, channel_id: id, guild_id: z.string().optional() });
export const bulkDeletion = z.object({ ids: z.array(id), channel_id: id, guild_id: z.string().optional() });

/** A command that somebody chose in Discord's list. */
export const interaction = z.object({
  id,
  application_id: id,
  channel_id: id,
  channel: z.object({ name: z.string().nullish() }).nullish(),
  guild_id: z.string().optional(),
  user: user.optional(),
  member: member.extend({ user }).optional(),
  locale: z.string().optional(),
  data: z.object({
    name: z.string(),
    options: z.array(z.object({ value: z.union([z.string(), z.number(), z.boolean()]).optional() })).default([]),
  }),
});

export type DiscordMessage = z.infer<typeof message>;
export type DiscordContent = Pick<DiscordMessage, keyof typeof content>;
export type DiscordUser = z.infer<typeof user>;
export type DiscordMember = z.infer<typeof member>;
