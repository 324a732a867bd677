/** What all processes of an installation have in common: its one document, who holds what, and what they count. */
import { Schema } from 'mongoose';

/** One document: the shape of the data, and the secret from which ours are derived. */
export interface Installation {
  _id: 'installation';
  schemaVersion: number;
  secret: string;
  /** Hash of the index definitions that were made. */
  indexes?: string;
  /** The first admin pair, sealed, until it has been shown; `null` from then on. */
  firstPair?: string | null;
}

export const installationSchema = new Schema<Installation>({
  _id: { type: String, required: true },
  schemaVersion: { type: Number, required: true },
  secret: { type: String, required: true },
  indexes: String,
  firstPair: String,
});

/** Who does something that only one process may do. */
export interface Lease {
  _id: string;
  holder: string;
  until: Date;
  fence: number;
}

export const leaseSchema = new Schema<Lease>({
  _id: { type: String, required: true },
  holder: { type: String, required: true },
  until: { type: Date, required: true },
  fence: { type: Number, required: true },
});

/** Until when everything is known that was said on an account of a channel that can catch up. */
export interface Watermark {
  _id: string;
  knownUntil: Date;
  /** When the account became ours: what was said before that is not fetched on a guess. */
  begunAt?: Date;
  /** The adapter says that not all may have come to us in this time, and it has not been fetched. */
  missedSince?: Date;
  missedUntil?: Date;
  /** It was told so, and does not merely look now and then. */
  isSurelyMissed?: boolean;
}

export const watermarkSchema = new Schema<Watermark>({
  _id: { type: String, required: true },
  knownUntil: { type: Date, required: true },
  begunAt: Date,
  missedSince: Date,
  missedUntil: Date,
  isSurelyMissed: Boolean,
});

/** An account has one. */
export function watermarkId({ name, account }: { name: string; account: string }): string {
  return `${name}:${account}`;
}

/** Turns per UTC day over everybody: what `DAILY_TURNS` limits. */
export interface Counter {
  _id: string;
  count: number;
  expiresAt: Date;
}

export const counterSchema = new Schema<Counter>({
  _id: { type: String, required: true },
  count: { type: Number, required: true },
  expiresAt: { type: Date, required: true },
});
counterSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
