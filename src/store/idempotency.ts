import { Schema } from 'mongoose';

/** What became of a request with an `Idempotency-Key`. The id is a keyed hash of caller and key. */
export interface Idempotency {
  _id: string;
  /** Keyed hash of method, path and body: another body under the same key is a mistake. */
  request: string;
  /** When the first run began. What the request makes has ids that follow from this: a repeat makes the same. */
  startedAt: Date;
  /** `gone`: what the answer told of was deleted. */
  state: 'running' | 'done' | 'unsaved' | 'gone';
  /** When the run began that goes on now; another one may begin when it has surely died. */
  runAt: Date;
  /** The answer, sealed: only who sends the `Idempotency-Key` again can have it opened. */
  answer?: string;
  /** The conversation that the answer tells of. */
  conversationId?: string;
  expiresAt: Date;
}

export const idempotencySchema = new Schema<Idempotency>({
  _id: { type: String, required: true },
  request: { type: String, required: true },
  startedAt: { type: Date, required: true },
  state: { type: String, enum: ['running', 'done', 'unsaved', 'gone'], required: true },
  runAt: { type: Date, required: true },
  answer: String,
  conversationId: String,
  expiresAt: { type: Date, required: true },
});
idempotencySchema.index({ conversationId: 1 });
idempotencySchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
