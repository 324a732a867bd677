/** What a caller wishes of a conversation, as its fields say it: read, checked and put into our own terms. */
import { z } from 'zod';
import type { EffectiveAgent } from '../agents/effective.ts';
import { RESPONSE_TYPES } from '../conversation.ts';
import { InvalidError } from '../errors.ts';
import type { Settings } from '../history/append.ts';
import { isBlank, normalizeText } from '../text/normalize.ts';
import type { ApiDeps } from './deps.ts';
import { languageField } from './language.ts';

const TITLE_LENGTH = 200;
const NAME_LENGTH = 200;

const language = languageField.nullable().optional();

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

/** The fields as they were read. */
type Wishes = z.infer<z.ZodObject<typeof wishFields>>;

/** The agent that the field `agentId` means. Throws `InvalidError` when it is none. */
export async function wishedAgent({ agents }: Pick<ApiDeps, 'agents'>, agentId: string): Promise<EffectiveAgent> {
  const agent = await agents.find(agentId);
  if (agent) return agent;
  const detail = 'is no agent: GET /v1/agents lists them';
  throw new InvalidError('There is no such agent.', [{ pointer: '/agentId', detail }]);
}

/** The wishes as they are stored. Throws `InvalidError` for an agent that is none. */
export async function readWishes(deps: Pick<ApiDeps, 'agents'>, wishes: Wishes): Promise<Settings> {
  const { title, agentId, inLanguage, outLanguage, responseTypes } = wishes;
  const agent = agentId === undefined ? undefined : await wishedAgent(deps, agentId);
  return {
    ...(title === undefined ? {} : { title }),
    ...(agent ? { agentId: agent._id } : {}),
    ...(inLanguage === undefined ? {} : { inLanguage }),
    ...(outLanguage === undefined ? {} : { outLanguage }),
    ...(responseTypes ? { responseTypes } : {}),
  };
}
