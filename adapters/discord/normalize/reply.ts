/** What a message answers. */
import type { ReplyRef } from '#src/message.ts';
import type { Self } from '../self.ts';
import { nameOf } from './people.ts';
import type { DiscordMessage } from './schema.ts';
import { saidInWords } from './words.ts';
import type { Names } from './words.ts';

/** Kinds of messages that people write: DEFAULT and REPLY. */
export const SAID = 0;
export const REPLY = 19;

/** Whether somebody answers what we said. */
export function repliesToUs({ type, referenced_message: replied }: DiscordMessage, self: Self): boolean {
  return type === REPLY && replied?.author.id === self.id;
}

/** The message that is answered, with its text when it is not ours; one that is gone by its id alone. */
export function readReply(message: DiscordMessage, self: Self, names: Names): ReplyRef | undefined {
  const { type, message_reference: reference, referenced_message: replied } = message;
  if (type !== REPLY) return undefined;
  if (!replied) return reference?.message_id === undefined ? undefined : { externalId: reference.message_id };
  if (replied.author.id === self.id) return { externalId: replied.id };
  const text = saidInWords(replied, names);
  const author = nameOf(replied.author, replied.member);
  return { externalId: replied.id, ...(text !== '' && { text }), ...(author !== '' && { author }) };
}
