/** What we read of Telegram's updates; everything else in them is passed over. */
import { z } from 'zod';

const id = z.int();
/** Seconds since 1970, up to the last day that a `Date` can hold. */
const seconds = z
  .int()
  .min(0)
  .max(8_640_000_000_000)
  .transform((value) => new Date(value * 1000));

const user = z.object({
  id,
  is_bot: z.boolean().default(false),
  first_name: z.string().default(''),
  last_name: z.string().optional(),
  username: z.string().optional(),
  language_code: z.string().optional(),
});

const chat = z.object({ id, type: z.string(), title: z.string().optional() });

const entity = z.object({ type: z.string(), offset: z.int().min(0), length: z.int().min(0), user: user.optional() });

const file = z.object({
  file_id: z.string(),
  file_name: z.string().optional(),
  mime_type: z.string().optional(),
  file_size: z.number().optional(),
  title: z.string().optional(),
  emoji: z.string().optional(),
});

const place = z.object({ latitude: z.number(), longitude: z.number() });

const files = {
  photo: z.array(file.extend({ width: z.number().default(0), height: z.number().default(0) })).optional(),
  voice: file.optional(),
  audio: file.optional(),
  video_note: file.optional(),
  animation: file.optional(),
  video: file.optional(),
  live_photo: file.optional(),
  document: file.optional(),
  sticker: file.optional(),
};

const things = {
  venue: z.object({ title: z.string(), address: z.string(), location: place }).optional(),
  location: place.optional(),
  contact: z.object({ phone_number: z.string(), first_name: z.string(), last_name: z.string().optional() }).optional(),
  poll: z.object({ question: z.string(), options: z.array(z.object({ text: z.string() })) }).optional(),
  checklist: z.object({ title: z.string(), tasks: z.array(z.object({ text: z.string() })) }).optional(),
  dice: z.object({ emoji: z.string(), value: z.int() }).optional(),
  game: z.object({ title: z.string() }).optional(),
  story: z.looseObject({}).optional(),
  paid_media: z.looseObject({}).optional(),
  rich_message: z.object({ blocks: z.array(z.unknown()) }).optional(),
};

const words = {
  text: z.string().optional(),
  caption: z.string().optional(),
  entities: z.array(entity).optional(),
  caption_entities: z.array(entity).optional(),
};

/** Who first said what is quoted from another chat. */
const origin = z.object({
  sender_user: user.optional(),
  sender_user_name: z.string().optional(),
  sender_chat: chat.optional(),
  chat: chat.optional(),
});

const replied = z.object({
  message_id: id,
  from: user.optional(),
  sender_chat: chat.optional(),
  text: z.string().optional(),
  caption: z.string().optional(),
});

const message = z.object({
  message_id: id,
  date: seconds,
  edit_date: seconds.optional(),
  chat,
  from: user.optional(),
  sender_chat: chat.optional(),
  message_thread_id: id.optional(),
  is_topic_message: z.boolean().optional(),
  reply_to_message: replied.optional(),
  external_reply: z.object({ origin, chat: chat.optional(), message_id: id.optional() }).optional(),
  quote: z.object({ text: z.string(), is_manual: z.boolean().optional() }).optional(),
  migrate_to_chat_id: id.optional(),
  ...words,
  ...files,
  ...things,
});

const membership = z.object({ chat, from: user, date: seconds, new_chat_member: z.object({ status: z.string() }) });

/** One update: an id, and one of the kinds that somebody has to answer, or none. */
export const update = z.object({
  update_id: id,
  message: message.optional(),
  edited_message: message.required({ edit_date: true }).optional(),
  my_chat_member: membership.optional(),
});

/** The kinds of updates that we ask Telegram for: those that `update` reads. */
export const UPDATE_KINDS = ['message', 'edited_message', 'my_chat_member'] as const;

export type TelegramMessage = z.infer<typeof message>;
export type TelegramEdit = TelegramMessage & { edit_date: Date };
export type TelegramMembership = z.infer<typeof membership>;
export type TelegramUser = z.infer<typeof user>;
export type TelegramChat = z.infer<typeof chat>;
export type TelegramEntity = z.infer<typeof entity>;
export type TelegramOrigin = z.infer<typeof origin>;
