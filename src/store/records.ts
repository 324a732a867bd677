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

/** The words of a stored text, or of a conversation's title: what a search looks at. Its id follows from the text's. */
export interface SearchEntry {
  _id: string;
  /** Absent: a group's. */
  personId?: string;
  conversationId: string;
  /** Absent: the conversation's title. */
  messageId?: string;
  at: Date;
  /** Folded and distinct; empty once the message was taken back. */
  words: string[];
}

export const searchEntrySchema = new Schema<SearchEntry>({
  _id: { type: String, required: true },
  personId: String,
  conversationId: { type: String, required: true },
  messageId: String,
  at: { type: Date, required: true },
  words: { type: [String], required: true },
});
searchEntrySchema.index({ words: 1, personId: 1, at: -1 });

/** An event whose message was erased: so that it does not come back when the platform brings it again. */
export interface Tombstone {
  /** The natural key that the message had. */
  _id: string;
  expiresAt: Date;
}

export const tombstoneSchema = new Schema<Tombstone>({
  _id: { type: String, required: true },
  expiresAt: { type: Date, required: true },
});
tombstoneSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

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
}

export const watermarkSchema = new Schema<Watermark>({
  _id: { type: String, required: true },
  knownUntil: { type: Date, required: true },
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

/** Who answers: instructions, models, voice. What is `null` is as the operator's variables say. */
export interface AgentRecord {
  _id: string;
  /** Its place in the order of creation; 1 is the default agent. Never given twice. */
  number: number;
  /** What no two agents share: `name:` and the folded name, or the id of one that has no name of its own, or none now. */
  key: string;
  name: string | null;
  instructions: string | null;
  /** `provider/name`, the first that works answers; empty: `MODEL`. */
  models: string[];
  voice: string | null;
  /** ISO 639 codes that it is meant for; empty: any. */
  languages: string[];
  createdAt: Date;
  updatedAt: Date;
  goneAt?: Date | null;
}

export const agentSchema = new Schema<AgentRecord>({
  _id: { type: String, required: true },
  number: { type: Number, required: true },
  key: { type: String, required: true },
  name: { type: String, default: null },
  instructions: { type: String, default: null },
  models: { type: [String], default: [] },
  voice: { type: String, default: null },
  languages: { type: [String], default: [] },
  createdAt: { type: Date, required: true },
  updatedAt: { type: Date, required: true },
  goneAt: Date,
});
agentSchema.index({ number: 1 }, { unique: true });
agentSchema.index({ key: 1 }, { unique: true });

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
