import { Schema } from 'mongoose';
import type { DeliveryState, PartState } from '../conversation.ts';
import type { ChatRef } from '../message.ts';

/** One part of a delivery; its text is kept until the delivery is done. */
export interface Part {
  index: number;
  text?: string;
  /** The first words of an answer that grows, as they are sent; kept until it is known what became of them. */
  shown?: string;
  state: PartState;
  /** The fence under which `sending` was written: found under another one, nobody knows what became of it. */
  fence?: number;
  key: string;
  /** The platform's message. On a part that is not `sent`: it is there already, and said by an edit. */
  externalId?: string;
  /** How far it has come since it was sent. */
  receipt?: 'delivered' | 'read';
  /** When the last try began. */
  at?: Date;
  /** How often an unknown part was looked for on the platform, in vain. */
  looks?: number;
}

/**
 * How far an answer is that people see growing. `growing`: its first part is on the platform, or may be, and the
 * answer is still being made; `decided`: it is made, and the first part is finished by an edit; `withdrawn`: there
 * will be none, and what is on the platform is taken back.
 */
export type LiveState = 'growing' | 'decided' | 'withdrawn';

/** One try, as an admin sees it. `certain: false`: it may have arrived. */
export interface Try {
  at: Date;
  error?: string;
  certain?: boolean;
}

/** One text on its way to one chat. */
export interface Delivery {
  /** Follows from `key` (`derivedId`), so it is the natural key's unique index. */
  _id: string;
  /** What makes it one: its message and chat, or the command that it answers. */
  key: string;
  kind: 'message' | 'notice';
  messageId?: string;
  conversationId?: string;
  personId?: string;
  turnId?: string;
  chatId: string;
  channel: string;
  to: ChatRef;
  replyTo?: string;
  /** Markdown. A notice keeps it: it has no message that would. */
  text?: string;
  /** The command that a notice answers, as it was typed. */
  command?: string;
  parts: Part[];
  /** Only of an answer that is seen growing. While it is `growing` it is the reply worker's, and not open. */
  live?: LiveState;
  /** Nothing more of it is said, now or ever: what may have arrived is only looked for. Never undone. */
  isTakenBack?: boolean;
  state: DeliveryState;
  /** Whether the deliver worker has something to do here. */
  isOpen: boolean;
  /** Who says it now. As only the oldest open delivery of a chat is taken, this is also who may send in the chat. */
  leaseHolder?: string | null;
  leaseUntil?: Date | null;
  /** Raised by each who takes it: who writes here under an older one has lost it. */
  fence: number;
  nextTryAt: Date;
  /** Tries that count; being asked to wait does not. */
  attempts: number;
  tries: Try[];
  error?: { code: string; message: string; at: Date } | null;
  preview: string;
  createdAt: Date;
  updatedAt: Date;
}

/** Why a delivery waits whose channel is paused. */
export const PAUSED = { code: 'channel_paused', message: 'The channel is paused. This is said when it is resumed.' };

/**
 * What a delivery is that is left alone, by what became of its parts: nothing is certain of it while one part is
 * unknown, and it is `cancelled` where one was not to be said any more.
 */
export function settledState(parts: Part[]): 'sent' | 'unknown' | 'failed' | 'cancelled' {
  const has = (wanted: PartState) => parts.some(({ state }) => state === wanted);
  if (has('unknown')) return 'unknown';
  if (has('failed')) return 'failed';
  return has('waiting') ? 'cancelled' : 'sent';
}

const part = new Schema<Part>(
  {
    index: { type: Number, required: true },
    text: String,
    shown: String,
    state: { type: String, enum: ['waiting', 'sending', 'sent', 'failed', 'unknown'], required: true },
    fence: Number,
    key: { type: String, required: true },
    externalId: String,
    receipt: String,
    at: Date,
    looks: Number,
  },
  { _id: false },
);
const attempt = new Schema<Try>({ at: Date, error: String, certain: Boolean }, { _id: false });

export const deliverySchema = new Schema<Delivery>({
  _id: { type: String, required: true },
  key: { type: String, required: true },
  kind: { type: String, enum: ['message', 'notice'], required: true },
  messageId: String,
  conversationId: String,
  personId: String,
  turnId: String,
  chatId: { type: String, required: true },
  channel: { type: String, required: true },
  to: { type: Schema.Types.Mixed, required: true },
  replyTo: String,
  text: String,
  command: String,
  parts: { type: [part], default: [] },
  live: { type: String, enum: ['growing', 'decided', 'withdrawn'] },
  isTakenBack: Boolean,
  state: {
    type: String,
    enum: ['queued', 'sending', 'sent', 'delivered', 'read', 'failed', 'unknown', 'cancelled'],
    required: true,
  },
  isOpen: { type: Boolean, required: true },
  leaseHolder: String,
  leaseUntil: Date,
  fence: { type: Number, default: 0 },
  nextTryAt: { type: Date, required: true },
  attempts: { type: Number, default: 0 },
  tries: { type: [attempt], default: [] },
  error: Schema.Types.Mixed,
  preview: { type: String, default: '' },
  createdAt: { type: Date, required: true },
  updatedAt: { type: Date, required: true },
});
// What is open in some chats; some servers use no field of an index behind one of which several values are asked for.
deliverySchema.index({ isOpen: 1, chatId: 1 });
deliverySchema.index({ chatId: 1, 'parts.externalId': 1 });
deliverySchema.index({ messageId: 1 });
deliverySchema.index({ state: 1, createdAt: -1 });
