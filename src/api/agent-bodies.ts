/** What is said of agents in requests. */
import { z } from 'zod';
import { modelProblem } from '../agent/named.ts';
import { nameProblem } from '../agents/name.ts';
import type { Config } from '../config.ts';
import { TEXT_LIMIT_BYTES } from '../conversation.ts';
import { languageField } from './language.ts';

const LONGEST = { name: 64, instructions: 32_000, voice: 100, message: TEXT_LIMIT_BYTES };
const MOST = { models: 10, languages: 50 };

/** Reports what a function finds wrong with a text. */
const refused = (problemOf: (text: string) => string | undefined) => (text: string, context: z.RefinementCtx) => {
  const message = problemOf(text);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
};

/** The fields of an agent, as far as this configuration can carry them out. */
function fieldsFor(config: Config) {
  const models = z.array(z.string().superRefine(refused((label) => modelProblem(config, label)))).max(MOST.models);
  return {
    name: z.string().trim().min(1).max(LONGEST.name).superRefine(refused(nameProblem)),
    instructions: z.string().trim().min(1).max(LONGEST.instructions).nullable(),
    models: models.meta({ description: '`provider/name`; the first that works answers, without any it is MODEL.' }),
    voice: z.string().trim().min(1).max(LONGEST.voice).nullable(),
    languages: z
      .array(languageField)
      .max(MOST.languages)
      .transform((codes) => [...new Set(codes)]),
  };
}

/** The bodies of requests about agents. A model that this configuration cannot ask is refused. */
export function agentBodies(config: Config) {
  const fields = fieldsFor(config);
  return {
    newAgent: z.strictObject({
      name: fields.name,
      instructions: fields.instructions.default(null),
      models: fields.models.default([]),
      voice: fields.voice.default(null),
      languages: fields.languages.default([]),
    }),
    change: z.strictObject({ ...fields, name: fields.name.nullable() }).partial(),
    message: z.strictObject({ message: z.string().trim().min(1).max(LONGEST.message) }),
  };
}
