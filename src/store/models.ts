/** The collections, made once per connection. Nothing is buffered, nothing is guessed: an unknown field throws. */
import type { Connection, Model, Schema } from 'mongoose';
import { type AgentRecord, agentSchema } from './agents.ts';
import { type ChannelRecord, channelSchema } from './channels.ts';
import { type Chat, chatSchema } from './chats.ts';
import { type Conversation, conversationSchema } from './conversations.ts';
import { type Delivery, deliverySchema } from './deliveries.ts';
import { type Erasure, erasureSchema, type Tombstone, tombstoneSchema } from './erasures.ts';
import { type Event, eventSchema } from './events.ts';
import { type Idempotency, idempotencySchema } from './idempotency.ts';
import { type Identity, identitySchema } from './identities.ts';
import {
  type Counter,
  counterSchema,
  type Installation,
  installationSchema,
  type Lease,
  leaseSchema,
  type Watermark,
  watermarkSchema,
} from './installation.ts';
import { type Key, keySchema } from './keys.ts';
import { type LinkCode, linkCodeSchema } from './link-codes.ts';
import { type Message, messageSchema } from './messages.ts';
import { type Person, personSchema } from './people.ts';
import { type SearchEntry, searchEntrySchema } from './search-entries.ts';
import { type Turn, turnSchema } from './turns.ts';
import { type Unread, unreadSchema } from './unread.ts';

export interface Models {
  people: Model<Person>;
  identities: Model<Identity>;
  chats: Model<Chat>;
  conversations: Model<Conversation>;
  messages: Model<Message>;
  turns: Model<Turn>;
  deliveries: Model<Delivery>;
  unread: Model<Unread>;
  events: Model<Event>;
  leases: Model<Lease>;
  counters: Model<Counter>;
  installation: Model<Installation>;
  keys: Model<Key>;
  idempotency: Model<Idempotency>;
  agents: Model<AgentRecord>;
  linkCodes: Model<LinkCode>;
  searchEntries: Model<SearchEntry>;
  tombstones: Model<Tombstone>;
  erasures: Model<Erasure>;
  watermarks: Model<Watermark>;
  channels: Model<ChannelRecord>;
}

/** Makes the models on a connection. */
export function createModels(connection: Connection): Models {
  const model = <T>(name: string, schema: Schema<T>): Model<T> => {
    schema.set('strict', 'throw').set('strictQuery', true).set('versionKey', false).set('minimize', false);
    return connection.model<T>(name, schema, name);
  };
  return {
    people: model('people', personSchema),
    identities: model('identities', identitySchema),
    chats: model('chats', chatSchema),
    conversations: model('conversations', conversationSchema),
    messages: model('messages', messageSchema),
    turns: model('turns', turnSchema),
    deliveries: model('deliveries', deliverySchema),
    unread: model('unread', unreadSchema),
    events: model('events', eventSchema),
    leases: model('leases', leaseSchema),
    counters: model('counters', counterSchema),
    installation: model('installation', installationSchema),
    keys: model('keys', keySchema),
    idempotency: model('idempotency', idempotencySchema),
    agents: model('agents', agentSchema),
    linkCodes: model('linkCodes', linkCodeSchema),
    searchEntries: model('searchEntries', searchEntrySchema),
    tombstones: model('tombstones', tombstoneSchema),
    erasures: model('erasures', erasureSchema),
    watermarks: model('watermarks', watermarkSchema),
    channels: model('channels', channelSchema),
  };
}
