/** The documented shapes: what the published documents call a conversation and a message, and how we write ours so. */
import { z } from 'zod';
import { RESPONSE_TYPES, TOPICS } from '../../conversation.ts';
import { contentOf, ownerOf } from '../../history/recognise.ts';
import type { Conversation } from '../../store/conversations.ts';
import type { Message } from '../../store/messages.ts';
import { languageName } from '../../text/languages.ts';

export const documentedMessage = z
  .object({
    id: z.string(),
    message: z.string().meta({ description: 'The text, or the URL of what was sent instead of one.' }),
    messagetype: z.enum(RESPONSE_TYPES),
    owner: z.enum(['user', 'machine']),
    topic: z.enum(TOPICS).optional(),
    app: z.string().meta({ description: 'Where it was said: `api`, or the name of an app.' }),
    createdAt: z.iso.datetime({ precision: 3 }),
  })
  .meta({ id: 'DocumentedMessage' });

export const documentedSummary = z.object({
  id: z.string(),
  title: z.string().nullable(),
  inlanguage: z.string().nullable().meta({ description: 'The English name in lower case.' }),
  outputlanguage: z.string().nullable(),
  responsetype: z.string().meta({ example: 'text' }),
  agentId: z.string(),
  save: z.boolean(),
  createdAt: z.iso.datetime({ precision: 3 }),
  updatedAt: z.iso.datetime({ precision: 3 }),
});

export const documentedConversation = documentedSummary
  .extend({
    messages: z.array(documentedMessage).meta({ description: 'The newest first.' }),
    unavailable: z
      .array(z.enum(RESPONSE_TYPES))
      .optional()
      .meta({ description: 'The wanted response types that nothing configured can make.' }),
  })
  .meta({ id: 'DocumentedConversation' });

export type DocumentedMessage = z.infer<typeof documentedMessage>;
export type DocumentedConversation = z.infer<typeof documentedConversation>;

const KINDS = new Set<string>(RESPONSE_TYPES);

/** A message in the documented form. */
export function documentMessage(
  message: Pick<Message, '_id' | 'role' | 'text' | 'attachments' | 'topic' | 'channel' | 'createdAt'>,
): DocumentedMessage {
  const kind = message.attachments[0]?.kind ?? '';
  const isMedium = message.text === '' && KINDS.has(kind);
  return {
    id: message._id,
    message: contentOf(message),
    messagetype: isMedium ? (kind as DocumentedMessage['messagetype']) : 'text',
    owner: ownerOf(message),
    ...(message.topic ? { topic: message.topic } : {}),
    app: message.channel,
    createdAt: message.createdAt.toISOString(),
  };
}

/** A conversation in the documented form, without its messages. */
export function documentSummary(conversation: Conversation) {
  const { _id: id, title, inLanguage, outLanguage, responseTypes, agentId, createdAt, lastMessageAt } = conversation;
  return {
    id,
    title,
    inlanguage: inLanguage ? languageName(inLanguage) : null,
    outputlanguage: outLanguage ? languageName(outLanguage) : null,
    responsetype: responseTypes.join(','),
    agentId,
    save: true,
    createdAt: createdAt.toISOString(),
    updatedAt: lastMessageAt.toISOString(),
  };
}

/** A conversation in the documented form. `messages` oldest first, as we keep them; what was taken back is left out. */
export function documentConversation(conversation: Conversation, messages: readonly Message[]): DocumentedConversation {
  const told = messages.filter(({ deletedAt }) => !deletedAt);
  return { ...documentSummary(conversation), messages: told.map(documentMessage).toReversed() };
}
