import { Schema } from 'mongoose';

/** A code that joins the one who opens it to the one who made it. Only its hash is stored. */
export interface LinkCode {
  _id: string;
  personId: string;
  /** The conversation that goes along, if it was made for one. */
  conversationId?: string;
  /** Where it was made, as it is told to whoever opens it. */
  app: string;
  /** Its person stands for a program, not for one human: only the first human may join. */
  isShared?: boolean;
  state: 'open' | 'asked' | 'used';
  /** The identity that opened it and was asked. */
  askedIdentityId?: string;
  askedAt?: Date;
  expiresAt: Date;
  createdAt: Date;
}

export const linkCodeSchema = new Schema<LinkCode>({
  _id: { type: String, required: true },
  personId: { type: String, required: true },
  conversationId: String,
  app: { type: String, required: true },
  isShared: Boolean,
  state: { type: String, enum: ['open', 'asked', 'used'], required: true },
  askedIdentityId: String,
  askedAt: Date,
  expiresAt: { type: Date, required: true },
  createdAt: { type: Date, required: true },
});
linkCodeSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
linkCodeSchema.index({ askedIdentityId: 1 });
