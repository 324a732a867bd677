/** Our things as the API shows them (interface.md, HTTP: /v1). Pure. */
import type { EffectiveAgent } from '../agents/effective.ts';
import { DEFAULT_AGENT_ID } from '../conversation.ts';
import type { Conversation } from '../store/conversations.ts';
import type { Delivery } from '../store/deliveries.ts';
import type { Message } from '../store/messages.ts';
import type { Key } from '../store/keys.ts';
import type { Unread } from '../store/unread.ts';
import type { Turn } from '../store/turns.ts';

/** An agent, with the name and the instructions that hold. */
export function presentAgent(agent: EffectiveAgent) {
  const { _id: id, number, name, instructions, models, voice, languages, createdAt, updatedAt } = agent;
  return {
    id,
    number,
    name,
    instructions,
    models,
    voice,
    languages,
    isDefault: id === DEFAULT_AGENT_ID,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}

/** A conversation. */
export function presentConversation(conversation: Conversation) {
  const { _id: id, kind, title, personId, mode, apps, version } = conversation;
  return {
    id,
    kind,
    title,
    ...(personId ? { personId } : {}),
    mode,
    agentId: conversation.agentId,
    inLanguage: conversation.inLanguage ?? null,
    outLanguage: conversation.outLanguage ?? null,
    responseTypes: conversation.responseTypes,
    apps,
    lastMessageAt: conversation.lastMessageAt.toISOString(),
    createdAt: conversation.createdAt.toISOString(),
    version,
  };
}

/** A message with what became of it on its way out. */
export function presentMessage(message: Message, deliveries: Delivery[]) {
  const {
    _id: id,
    conversationId,
    seq,
    role,
    channel,
    turnId,
    identityId,
    text,
    attachments,
    replyTo,
    edits,
    deletedAt,
  } = message;
  return {
    id,
    conversationId,
    seq,
    role,
    app: channel,
    origin: message.origin ?? 'app',
    ...(turnId ? { turnId } : {}),
    ...(identityId ? { identityId } : {}),
    text,
    attachments,
    ...(replyTo ? { replyTo } : {}),
    ...(message.language ? { language: message.language } : {}),
    ...(edits.length > 0 ? { edits: edits.map((edit) => ({ text: edit.text, at: edit.at.toISOString() })) } : {}),
    ...(deletedAt ? { deletedAt: deletedAt.toISOString() } : {}),
    createdAt: message.createdAt.toISOString(),
    deliveries: deliveries.map(presentDelivery),
  };
}

/** A delivery as its message shows it. */
export function presentDelivery({ _id: id, state, channel, attempts, parts, error, updatedAt }: Delivery) {
  return {
    id,
    state,
    app: channel,
    attempts,
    certain: state !== 'unknown',
    ...(error ? { error: presentError(error) } : {}),
    externalIds: parts.flatMap(({ externalId }) => (externalId ? [externalId] : [])),
    updatedAt: updatedAt.toISOString(),
  };
}

function presentError({ code, message, at }: { code: string; message: string; at: Date }) {
  return { code, message, at: at.toISOString() };
}

/** What an admin sees of a turn. `text`: the beginning of what was asked. */
export function presentTurn(turn: Turn, text: string) {
  const { _id: id, state, conversationId, personId, channel, inputs, runs, error } = turn;
  return {
    id,
    kind: 'reply' as const,
    state,
    conversationId,
    ...(personId ? { personId } : {}),
    app: channel,
    ...(inputs[0] ? { messageId: inputs[0] } : {}),
    attempts: runs.map((run) => ({ at: run.at.toISOString(), ...(run.error ? { error: run.error } : {}) })),
    error: error ? presentError(error) : null,
    createdAt: turn.createdAt.toISOString(),
    text,
  };
}

/** What an admin sees of a delivery. */
export function presentDeliveryJob(delivery: Delivery) {
  const { _id: id, state, conversationId, personId, channel, messageId, tries, error, isOpen, preview } = delivery;
  return {
    id,
    kind: 'deliver' as const,
    state,
    conversationId: conversationId ?? null,
    ...(personId ? { personId } : {}),
    app: channel,
    ...(messageId ? { messageId } : {}),
    attempts: tries.map((attempt) => ({
      at: attempt.at.toISOString(),
      ...(attempt.error ? { error: attempt.error } : {}),
      ...(attempt.certain === undefined ? {} : { certain: attempt.certain }),
    })),
    error: error ? presentError(error) : null,
    createdAt: delivery.createdAt.toISOString(),
    ...(isOpen ? { nextTryAt: delivery.nextTryAt.toISOString() } : {}),
    text: preview,
  };
}

/** An event that could not be read. */
export function presentUnread({ _id: id, channel, account, reason, state, raw, createdAt }: Unread) {
  return { id, app: channel, account, reason, state, raw, createdAt: createdAt.toISOString() };
}

/** A key, without what proves it. */
export function presentKey({ _id: id, scope, app, name, personId, createdAt }: Key) {
  return { id, scope, ...(app ? { app } : {}), name, person: personId, createdAt: createdAt.toISOString() };
}
