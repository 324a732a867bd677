/** What a caller wishes of a conversation, as its fields say it: read, checked and put into our own terms. */
import { z } from 'zod';
import { findAgent } from '../agents/find.ts';
import { RESPONSE_TYPES } from '../conversation.ts';
import { type FieldProblem, InvalidError } from '../errors.ts';
import type { Conversation } from '../store/conversations.ts';
import type { Store } from '../store/store.ts';
import { findLanguage, nearLanguages } from '../text/languages.ts';
import { isBlank, normalizeText } from '../text/normalize.ts';

const TITLE_LENGTH = 200;
const NAME_LENGTH = 200;

const language = z.string().max(NAME_LENGTH).nullable().optional();

/** The fields, of which any may be left out. `null` takes a title or a language away. */
export const wishFields = {
  title: z
    .string()
    .max(TITLE_LENGTH)
    .transform(normalizeText)
    .refine((title) => !isBlank(title), 'must not be blank')
    .nullable()
    .optional(),
  agentId: z.string().max(NAME_LENGTH).optional(),
  inLanguage: language,
  outLanguage: language,
  responseTypes: z
    .array(z.enum(RESPONSE_TYPES))
    .min(1)
    .max(RESPONSE_TYPES.length)
    .refine((types) => new Set(types).size === types.length, 'must not name one twice')
    .optional(),
};

/** The fields as they were sent. */
export type Wishes = z.infer<z.ZodObject<typeof wishFields>>;

/** What of a conversation they set. */
export type Settings = Partial<
  Pick<Conversation, 'title' | 'agentId' | 'inLanguage' | 'outLanguage' | 'responseTypes'>
>;

/** The wishes as they are stored. Throws `InvalidError` that names all that are not known to us. */
export async function readWishes(store: Pick<Store, 'agents'>, wishes: Wishes): Promise<Settings> {
  const problems: FieldProblem[] = [];
  const languageOf = (field: 'inLanguage' | 'outLanguage') => {
    const text = wishes[field];
    if (text === undefined) return {};
    const found = text === null ? null : findLanguage(text);
    if (found === undefined) problems.push({ pointer: `/${field}`, detail: unknownLanguage(text ?? '') });
    return { [field]: found?.code ?? null };
  };
  const agent = wishes.agentId === undefined ? undefined : await findAgent(store, wishes.agentId);
  if (wishes.agentId !== undefined && agent === undefined)
    problems.push({ pointer: '/agentId', detail: 'is no agent: GET /v1/agents lists them' });
  const settings = {
    ...(wishes.title === undefined ? {} : { title: wishes.title }),
    ...(agent ? { agentId: agent._id } : {}),
    ...languageOf('inLanguage'),
    ...languageOf('outLanguage'),
    ...(wishes.responseTypes ? { responseTypes: wishes.responseTypes } : {}),
  };
  if (problems.length > 0) throw new InvalidError('The request names things that are not known.', problems);
  return settings;
}

function unknownLanguage(text: string): string {
  const near = nearLanguages(text);
  return near.length > 0 ? `is no language that is known; near it: ${near.join(', ')}` : 'is no language that is known';
}
