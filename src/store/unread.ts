import { Schema } from 'mongoose';

/** An incoming event that we could not read: kept raw, so that a bug of ours loses nothing. */
export interface Unread {
  _id: string;
  key: string;
  channel: string;
  account: string;
  /** The event as JSON text: it may hold names that MongoDB does not take. */
  raw: string;
  /** `raw` is an `Inbound`, not an event in the platform's form. */
  isInbound: boolean;
  reason: string;
  state: 'open' | 'replayed';
  createdAt: Date;
}

export const unreadSchema = new Schema<Unread>({
  _id: { type: String, required: true },
  key: { type: String, required: true },
  channel: { type: String, required: true },
  account: { type: String, required: true },
  raw: { type: String, required: true },
  isInbound: { type: Boolean, default: false },
  reason: { type: String, required: true },
  state: { type: String, enum: ['open', 'replayed'], required: true },
  createdAt: { type: Date, required: true },
});
unreadSchema.index({ key: 1 }, { unique: true });
unreadSchema.index({ state: 1, createdAt: -1 });
