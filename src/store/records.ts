/** The small collections: what could not be read, what happened, who holds what, and the installation itself. */
import { Schema } from 'mongoose';

const EVENT_DAYS = 30;
const DAY_SECONDS = 86_400;

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

/** Something happened. `key` is type + subject + state; the id follows from it, so the same thing is one event. */
export interface Event {
  _id: string;
  key: string;
  type: string;
  data: Record<string, string>;
  createdAt: Date;
}

export const eventSchema = new Schema<Event>({
  _id: { type: String, required: true },
  key: { type: String, required: true },
  type: { type: String, required: true },
  data: { type: Schema.Types.Mixed, required: true },
  createdAt: { type: Date, required: true },
});
eventSchema.index({ createdAt: 1 }, { expireAfterSeconds: EVENT_DAYS * DAY_SECONDS });

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

/** One document: the shape of the data, and the secret from which ours are derived. */
export interface Installation {
  _id: 'installation';
  schemaVersion: number;
  secret: string;
  /** Hash of the index definitions that were made. */
  indexes?: string;
}

export const installationSchema = new Schema<Installation>({
  _id: { type: String, required: true },
  schemaVersion: { type: Number, required: true },
  secret: { type: String, required: true },
  indexes: String,
});

/** An API key. Only its hash is stored. */
export interface Key {
  _id: string;
  apiKeyHash: string;
  secretHash: string;
  scope: 'admin' | 'app' | 'person';
  name: string;
  personId: string;
  createdAt: Date;
}

export const keySchema = new Schema<Key>({
  _id: { type: String, required: true },
  apiKeyHash: { type: String, required: true },
  secretHash: { type: String, required: true },
  scope: { type: String, enum: ['admin', 'app', 'person'], required: true },
  name: { type: String, default: '' },
  personId: { type: String, required: true },
  createdAt: { type: Date, required: true },
});
keySchema.index({ apiKeyHash: 1 }, { unique: true });
