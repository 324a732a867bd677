/** The fields of the documented bodies, in all their spellings. What is not documented is ignored. */
import { z } from 'zod';
import { RESPONSE_TYPES, type ResponseType, TEXT_LIMIT_BYTES, TOPICS } from '../../conversation.ts';
import type { NewEntry } from '../../history/recognise.ts';
import { normalizeText } from '../../text/normalize.ts';
import { readLanguage } from '../language.ts';

/** `null` and the empty text are as good as no value: the documented example has an empty `agentId`. */
const orNothing = <T extends z.ZodType>(schema: T, otherwise = 'must be a text') =>
  z.union([schema, z.null(), z.literal('')], { error: otherwise }).optional();

const oneOf = <const T extends readonly [string, ...string[]]>(words: T) =>
  orNothing(z.enum(words), `must be ${words.slice(0, -1).join(', ')} or ${words.at(-1)}`);

const flag = z
  .union([z.boolean(), z.literal(0), z.literal(1), z.enum(['true', 'false', '1', '0', '']), z.null()])
  .optional()
  .transform((value) => value === true || value === 1 || value === 'true' || value === '1');

const language = z
  .string()
  .nullish()
  .transform((text, context) => (text?.trim() ? readLanguage(text, context) : undefined))
  .meta({ description: 'A language by its English or own name or its code: `hausa`, `Hausa`, `ha`.' });

const responseType = orNothing(z.union([z.string(), z.array(z.string())]), 'must be a text, or a list of them')
  .transform((value, context): ResponseType[] | undefined => {
    const wanted = (Array.isArray(value) ? value : (value ?? '').split(',')).map((one) => one.trim().toLowerCase());
    const types = wanted.filter((one) => one !== '');
    const unknown = types.find((one) => !(RESPONSE_TYPES as readonly string[]).includes(one));
    if (unknown === undefined) return types.length > 0 ? ([...new Set(types)] as ResponseType[]) : undefined;
    context.addIssue({
      code: 'custom',
      message: `must be of ${RESPONSE_TYPES.join(', ')}, or a list such as voice,text`,
    });
    return z.NEVER;
  })
  .meta({ description: '`text`, `voice`, `image`, `video`, or a list such as `voice,text`.' });

const text = z
  .string()
  .refine(
    (value) => Buffer.byteLength(value) <= TEXT_LIMIT_BYTES,
    `must be no longer than ${TEXT_LIMIT_BYTES / 1024} KiB`,
  )
  .transform(normalizeText);
const notBlank = text.refine((value) => value.trim() !== '', 'must not be blank');

const messagetype = oneOf(RESPONSE_TYPES).meta({ description: '`text` where nothing is said.' });

/** What a conversation may be told of how it is answered. */
export const settingFields = {
  inlanguage: language,
  outputLanguage: language,
  outputlanguage: language,
  outlanguage: language,
  responsetype: responseType,
  agentId: orNothing(z.union([z.string(), z.number()]), 'must be a text or a number').meta({
    description: "An agent's id, its name, or its number; empty: the default agent.",
  }),
  stream: flag.meta({ description: '`true`: the answer comes as server-sent events while it is made.' }),
};

/** What is no text is given by its address, or as an attachment of ours. */
function checkMedium(
  { message, messagetype: kind }: { message?: string | null | undefined; messagetype?: string | null | undefined },
  context: z.RefinementCtx,
): void {
  if (!kind || kind === 'text' || /^(https?:\/\/\S+|att_\w+)$/.test(message ?? '')) return;
  context.addIssue({ code: 'custom', path: ['message'], message: `must be the URL of the ${kind}` });
}

/** `POST /conversation/new` */
export const beginBody = z
  .object({
    ...settingFields,
    title: orNothing(text).transform((title) => title || null),
    save: flag.meta({ description: '`true` or `1` keeps the conversation; else it is answered and forgotten.' }),
    message: notBlank,
    messagetype,
  })
  .superRefine(checkMedium);

const entry = z
  .object({
    id: z.string().nullish(),
    message: text.nullish(),
    messagetype,
    owner: oneOf(['user', 'machine']),
    topic: oneOf(TOPICS),
  })
  .superRefine(checkMedium)
  .superRefine(({ message, topic }, context) => {
    if (message?.trim() || topic === 'change topic' || topic === 'refresh memory') return;
    context.addIssue({ code: 'custom', path: ['message'], message: 'must not be blank' });
  });

const ENTRIES_LIMIT = 1_000;

/** `POST /conversation/{id}` */
export const continueBody = z
  .object({
    ...settingFields,
    messages: z
      .array(entry)
      .min(1, 'must hold a message')
      .max(ENTRIES_LIMIT, `must hold no more than ${ENTRIES_LIMIT}`)
      .optional(),
    message: text.nullish(),
    messagetype,
    owner: oneOf(['user', 'machine']),
    topic: oneOf(TOPICS),
  })
  .superRefine((body, context) => {
    if (body.messages && body.message !== undefined && body.message !== null)
      context.addIssue({ code: 'custom', path: ['message'], message: 'goes in `messages` or here, not in both' });
    if (body.messages) return;
    const { error } = entry.safeParse(body);
    for (const issue of error?.issues ?? [])
      context.addIssue({ code: 'custom', path: issue.path, message: issue.message });
  });

const name = orNothing(z.union([z.string(), z.number()]), 'must be a text or a number').transform((value) =>
  value === undefined || value === null || value === '' ? undefined : String(value),
);
const words = orNothing(text).transform((value) => (value?.trim() ? value : undefined));

/** `POST /conversations/startConversation` */
export const startBody = z.object({
  app: name.meta({ description: 'The app on which it begins; absent: it is opened on the API.' }),
  account: name,
  to: name.meta({ description: "A person, identity or conversation id of ours, or the app's own user or chat id." }),
  message: words,
  messagetype,
  title: orNothing(text).transform((title) => title || null),
  ...settingFields,
});

/** `PUT /conversations/replyToConversation` */
export const replyBody = z.object({
  conversationId: name,
  id: name,
  message: words,
  messagetype,
  owner: oneOf(['user', 'machine']),
  key: name.meta({ description: 'The same key in the same conversation: delivered once.' }),
});

type Entry = z.infer<typeof entry>;

/** The entries of a body, oldest first: in the list the one on top is the latest. */
export function entriesOf(body: z.infer<typeof continueBody>): NewEntry[] {
  return (body.messages ?? [body]).map(toEntry).toReversed();
}

/** An entry as we store it. What is no text is an address: it is kept as an attachment of its kind. */
export function toEntry({ message, messagetype: kind, owner, ...rest }: Partial<Entry>): NewEntry {
  const { id, topic } = rest;
  const content = message ?? '';
  const isMedium = kind !== undefined && kind !== null && kind !== '' && kind !== 'text';
  return {
    ...(id ? { id } : {}),
    owner: owner || 'user',
    text: isMedium ? '' : content,
    attachments: isMedium ? [{ kind, externalId: content }] : [],
    ...(topic ? { topic } : {}),
  };
}
