import { Schema } from 'mongoose';

/** One human on one channel. Its ids are the natural key, so two first messages at once make one identity (P4). */
export interface Identity {
  _id: string;
  /** `channel|realm|externalId` for each native id; unique over all identities. */
  ids: string[];
  personId: string;
  /** The person whose it was before it was joined to another: what an undoing goes back to. */
  personBefore?: string;
  /** The conversation that its person began with; lets any process complete a half-made person. */
  firstConversationId: string;
  channel: string;
  realm: string;
  externalId: string;
  name: string;
  language?: string;
  isBlocked: boolean;
  isReachable: boolean;
  createdAt: Date;
}

export const identitySchema = new Schema<Identity>({
  _id: { type: String, required: true },
  ids: { type: [String], required: true },
  personId: { type: String, required: true },
  personBefore: String,
  firstConversationId: { type: String, required: true },
  channel: { type: String, required: true },
  realm: { type: String, default: '' },
  externalId: { type: String, required: true },
  name: { type: String, default: '' },
  language: String,
  isBlocked: { type: Boolean, default: false },
  isReachable: { type: Boolean, default: true },
  createdAt: { type: Date, required: true },
});
identitySchema.index({ ids: 1 }, { unique: true });
identitySchema.index({ personId: 1 });

/** The natural key of one native id. */
export function identityKey(channel: string, realm: string, externalId: string): string {
  return [channel, realm, externalId].map(encodeURIComponent).join('|');
}
