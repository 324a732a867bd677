import { Schema } from 'mongoose';

/** An API key. Only its hash is stored. */
export interface Key {
  _id: string;
  apiKeyHash: string;
  secretHash: string;
  scope: 'admin' | 'app' | 'person';
  /** Scope `app`: the tenant whose people it acts for. */
  app?: string;
  name: string;
  personId: string;
  createdAt: Date;
  revokedAt?: Date | null;
}

export const keySchema = new Schema<Key>({
  _id: { type: String, required: true },
  apiKeyHash: { type: String, required: true },
  secretHash: { type: String, required: true },
  scope: { type: String, enum: ['admin', 'app', 'person'], required: true },
  app: String,
  name: { type: String, default: '' },
  personId: { type: String, required: true },
  createdAt: { type: Date, required: true },
  revokedAt: Date,
});
keySchema.index({ apiKeyHash: 1 }, { unique: true });
keySchema.index({ createdAt: -1 });
