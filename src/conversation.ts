/** The states that things go through, and which of them are final (interface.md, HTTP: /v1). */

/** Who wrote a message of a conversation. */
export type MessageRole = 'user' | 'agent' | 'human' | 'system';

/** What became of a message that was said to us. Only `wanted` ones are the reply worker's business. */
export type AnswerState = 'wanted' | 'given' | 'failed' | 'stopped' | 'none';

export const TURN_STATES = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;
export type TurnState = (typeof TURN_STATES)[number];

export const DELIVERY_STATES = [
  'queued',
  'sending',
  'sent',
  'delivered',
  'read',
  'failed',
  'unknown',
  'cancelled',
] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

export type PartState = 'waiting' | 'sending' | 'sent' | 'failed' | 'unknown';

/** Who answers in a conversation. */
export type Mode = 'agent' | 'human';

/** Longest text that is stored, in bytes of UTF-8; more is refused with a clear word. */
export const TEXT_LIMIT_BYTES = 256 * 1024;

/** How many answers may be cut short by further messages before one is posted all the same. */
export const CUT_LIMIT = 3;

/** How long a lease lasts without renewal, and how often it is renewed. Clocks only say when to try. */
export const LEASE_MS = 6_000;
export const LEASE_RENEW_MS = 2_000;

/** When we are told to end, all sends get this long to do so; then they count as unknown (P7). */
export const LAST_SENDS_MS = 8_000;

/** How many old texts of an edited message are kept. */
export const VERSION_LIMIT = 20;

/** What is asked of the machine with an entry besides its text (the documented field `topic`). */
export const TOPICS = ['instruction', 'change topic', 'refresh memory'] as const;
export type Topic = (typeof TOPICS)[number];

/** In what form an answer is wanted. */
export const RESPONSE_TYPES = ['text', 'voice', 'image', 'video'] as const;
export type ResponseType = (typeof RESPONSE_TYPES)[number];

/** The `app` of what comes over our own API: its callers read the history, nothing is delivered to them. */
export const API_APP = 'api';

/** The agent that answers where no other is named; number 1. */
export const DEFAULT_AGENT_ID = 'agt_00000000000070000000000000000001';

/** The person who sits at this machine: a keyless local caller, and the local user of the chat page. */
export const LOCAL_PERSON_ID = 'per_00000000000070000000000000000000';

/** Something that happens in a conversation, for those who look on. Live events may be lost; the store is the truth. */
export type LiveEvent =
  | { type: 'typing'; turnId: string }
  | { type: 'delta'; turnId: string; text: string; offset: number }
  | { type: 'restart'; turnId: string }
  | { type: 'message'; messageId: string; seq: number }
  | { type: 'edit'; messageId: string; seq: number }
  | { type: 'delivery'; deliveryId: string; state: DeliveryState; chatId: string; messageId?: string }
  | { type: 'turn'; turnId: string; state: TurnState }
  | { type: 'mode'; mode: Mode }
  | { type: 'gone' }
  | { type: 'active'; conversationId: string };
