/** The shapes of our things as the API shows them (interface.md, HTTP: /v1), for checking and for the reference. */
import { z } from 'zod';
import { DELIVERY_STATES, RESPONSE_TYPES, TURN_STATES } from '../conversation.ts';

const time = z.iso.datetime({ precision: 3 }).meta({ description: 'RFC 3339, UTC, milliseconds' });

const errorShape = z.object({ code: z.string(), message: z.string(), at: time });

export const agentShape = z
  .object({
    id: z.string(),
    number: z.number().int(),
    name: z.string(),
    instructions: z.string(),
    models: z.array(z.string()),
    voice: z.string().nullable(),
    languages: z.array(z.string()),
    isDefault: z.boolean(),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'Agent' });

/** What an agent says when it is tried. */
export const answerShape = z
  .object({
    text: z.string(),
    model: z.string(),
    tokens: z.object({ input: z.number().int(), output: z.number().int() }).optional(),
  })
  .meta({ id: 'Answer' });

export const conversationShape = z
  .object({
    id: z.string(),
    kind: z.enum(['direct', 'group']),
    title: z.string().nullable(),
    personId: z.string().optional(),
    mode: z.enum(['agent', 'human']),
    agentId: z.string(),
    inLanguage: z.string().nullable(),
    outLanguage: z.string().nullable(),
    responseTypes: z.array(z.enum(RESPONSE_TYPES)),
    apps: z.array(z.string()),
    lastMessageAt: time,
    createdAt: time,
    version: z.number().int(),
  })
  .meta({ id: 'Conversation' });

const deliveryShape = z
  .object({
    id: z.string(),
    state: z.enum(DELIVERY_STATES),
    app: z.string(),
    attempts: z.number().int(),
    certain: z.boolean(),
    error: errorShape.optional(),
    externalIds: z.array(z.string()),
    updatedAt: time,
  })
  .meta({ id: 'Delivery' });

export const messageShape = z
  .object({
    id: z.string(),
    conversationId: z.string(),
    seq: z.number().int(),
    role: z.enum(['user', 'agent', 'human', 'system']),
    app: z.string(),
    origin: z.enum(['app', 'api', 'phone']),
    turnId: z.string().optional(),
    identityId: z.string().optional(),
    text: z.string(),
    attachments: z.array(z.object({ kind: z.string(), externalId: z.string() }).loose()),
    replyTo: z.object({ externalId: z.string() }).loose().optional(),
    language: z.string().optional(),
    edits: z.array(z.object({ text: z.string(), at: time })).optional(),
    deletedAt: time.optional(),
    createdAt: time,
    deliveries: z.array(deliveryShape),
  })
  .meta({ id: 'Message' });

export const jobShape = z
  .object({
    id: z.string(),
    kind: z.enum(['reply', 'deliver', 'webhook']),
    state: z.enum([...new Set([...TURN_STATES, ...DELIVERY_STATES])]),
    conversationId: z.string().nullable(),
    personId: z.string().optional(),
    app: z.string().optional(),
    messageId: z.string().optional(),
    attempts: z.array(z.object({ at: time, error: z.string().optional(), certain: z.boolean().optional() })),
    error: errorShape.nullable(),
    createdAt: time,
    nextTryAt: time.optional(),
    text: z.string(),
  })
  .meta({ id: 'Job' });

export const unreadShape = z
  .object({
    id: z.string(),
    app: z.string(),
    account: z.string(),
    reason: z.string(),
    state: z.enum(['open', 'replayed']),
    raw: z.string(),
    createdAt: time,
  })
  .meta({ id: 'Unread' });

export const keyShape = z
  .object({
    id: z.string(),
    scope: z.enum(['admin', 'app', 'person']),
    app: z.string().optional(),
    name: z.string(),
    person: z.string(),
    createdAt: time,
  })
  .meta({ id: 'Key' });

/** A key as its maker gets it, this once. */
export const newKeyShape = keyShape.extend({ apiKey: z.string(), secret: z.string() }).meta({ id: 'NewKey' });

/** A page of a list. */
export function pageShape(item: z.ZodType) {
  return z.object({ data: z.array(item), next: z.string().nullable(), previous: z.string().nullable() });
}
