import { Schema } from 'mongoose';
import type { TurnState } from '../conversation.ts';

/** One run of a turn: when, under which fence, and how it ended if it did not make the answer. */
export interface Run {
  at: Date;
  fence: number;
  error?: string;
}

/** One answer in the making. Its id follows from its first message's: that is its natural key. */
export interface Turn {
  _id: string;
  conversationId: string;
  personId?: string;
  chatId: string;
  channel: string;
  state: TurnState;
  inputs: string[];
  runs: Run[];
  error?: { code: string; message: string; at: Date } | null;
  createdAt: Date;
  updatedAt: Date;
}

const run = new Schema<Run>({ at: Date, fence: Number, error: String }, { _id: false });

export const turnSchema = new Schema<Turn>({
  _id: { type: String, required: true },
  conversationId: { type: String, required: true },
  personId: String,
  chatId: { type: String, required: true },
  channel: { type: String, required: true },
  state: { type: String, enum: ['queued', 'running', 'done', 'failed', 'cancelled'], required: true },
  inputs: { type: [String], required: true },
  runs: { type: [run], default: [] },
  error: Schema.Types.Mixed,
  createdAt: { type: Date, required: true },
  updatedAt: { type: Date, required: true },
});
turnSchema.index({ state: 1, createdAt: -1 });

/** The id of the turn that a message is the first of. */
export function turnIdOf(messageId: string): string {
  return messageId.replace(/^msg_/, 'trn_');
}
