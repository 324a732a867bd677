/** What is left of what was erased, so that it stays so. */
import { Schema } from 'mongoose';

/** How long ids are kept, so that what is gone does not come back. */
export const KEPT_MS = 90 * 86_400_000;

/** A conversation that is being erased, or was. There before anything of it is gone, so that no crash leaves a half. */
export interface Erasure {
  /** The conversation's id. */
  _id: string;
  /** `open`: not yet carried out. `late`: once more for what was in somebody's hands. `done`: only ids are left. */
  state: 'open' | 'late' | 'done';
  /** When housekeeping takes the next step. */
  dueAt: Date;
}

export const erasureSchema = new Schema<Erasure>({
  _id: { type: String, required: true },
  state: { type: String, enum: ['open', 'late', 'done'], required: true },
  dueAt: { type: Date, required: true },
});
erasureSchema.index({ dueAt: 1 });

/** An event whose message was erased, or deleted before it came: so that it does not come back, or in at all. */
export interface Tombstone {
  /** The natural key that the message has. */
  _id: string;
  expiresAt: Date;
}

export const tombstoneSchema = new Schema<Tombstone>({
  _id: { type: String, required: true },
  expiresAt: { type: Date, required: true },
});
tombstoneSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
