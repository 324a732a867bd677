/** The store: MongoDB behind plain models, one way to write several things in order, and batched reads by id. */
import mongoose, { type Connection } from 'mongoose';
import type { Logger } from '../log.ts';
import { createBatchReader, createLateReader, createPairReader } from './batch.ts';
import type { ChannelRecord } from './channels.ts';
import type { Chat } from './chats.ts';
import type { Conversation } from './conversations.ts';
import type { Delivery } from './deliveries.ts';
import { endWaitsAtHangUp } from './hang-up.ts';
import { createHolder } from './holder.ts';
import { freeLease, holdLease } from './leases.ts';
import { createLru, type Lru } from './lru.ts';
import { MIGRATIONS, type Migration, migrate } from './migrations.ts';
import { createModels, type Models } from './models.ts';
import type { Person } from './people.ts';
import { createWriteAll, type WriteAll } from './write.ts';

export interface Store extends Models {
  connection: Connection;
  /** The name of the database: what keeps two installations on one Redis apart. */
  database: string;
  writeAll: WriteAll;
  readConversation(id: string): Promise<Conversation | undefined>;
  readPerson(id: string): Promise<Person | undefined>;
  readChat(id: string): Promise<Chat | undefined>;
  readChannel(id: string): Promise<ChannelRecord | undefined>;
  /** The same, but as it was at most two seconds ago. */
  readChannelLately(id: string): Promise<ChannelRecord | undefined>;
  /** The last place of each conversation, as far as this process knows: a guess that the unique key puts right. */
  lastSeqs: Lru<number>;
  /** The highest place taken in the conversation, even where its writer died before it could say so. */
  readLastSeq(conversationId: string): Promise<number>;
  /** The deliveries of a chat that the deliver worker has something to do with, in their order. */
  readOpenDeliveries(chatId: string): Promise<Delivery[]>;
  /** Writes something, so that a full disk shows. Throws what is wrong. */
  probe(): Promise<void>;
  /** The installation's secret. */
  secret: string;
  close(): Promise<void>;
}

/** How long a write or read may take before it counts as failed. */
const OPERATION_TIMEOUT_MS = 10_000;
const SELECT_TIMEOUT_MS = 3_000;
const REMEMBERED = 10_000;
const LATELY_MS = 2_000;

/** Opens a connection. `socketTimeoutMS`: how long an answer may take; 0: as long as it takes. */
function connect(uri: string, { socketTimeoutMS }: { socketTimeoutMS: number }): Promise<Connection> {
  endWaitsAtHangUp();
  return mongoose
    .createConnection(uri, {
      bufferCommands: false,
      autoIndex: false,
      autoCreate: false,
      maxPoolSize: 20,
      minPoolSize: 2,
      serverSelectionTimeoutMS: SELECT_TIMEOUT_MS,
      connectTimeoutMS: SELECT_TIMEOUT_MS,
      socketTimeoutMS,
      waitQueueTimeoutMS: OPERATION_TIMEOUT_MS,
      heartbeatFrequencyMS: 2_000,
      writeConcern: { w: 'majority', journal: true },
    })
    .asPromise();
}

/** Connects, migrates and gives the store. Throws when MongoDB cannot be reached. */
export async function createStore(options: { uri: string; log: Logger; migrations?: Migration[] }): Promise<Store> {
  await migrateAlone(options);
  const connection = await connect(options.uri, { socketTimeoutMS: OPERATION_TIMEOUT_MS });
  const models = createModels(connection);
  const installation = await models.installation.findOne({ _id: 'installation' }).lean();
  const hello = await connection.db?.admin().command({ hello: 1 });
  return {
    ...models,
    connection,
    database: connection.name,
    writeAll: createWriteAll(connection, Number(hello?.['maxWireVersion'] ?? 0)),
    ...createReaders(models),
    lastSeqs: createLru<number>(REMEMBERED),
    async probe() {
      await models.leases.updateOne(
        { _id: 'probe' },
        { $set: { holder: 'probe', until: new Date(), fence: 0 } },
        { upsert: true },
      );
    },
    secret: installation?.secret ?? '',
    close: () => connection.close(),
  };
}

/** One process migrates; the others wait for it. On a connection of its own: an index may take as long as it takes. */
async function migrateAlone({
  uri,
  log,
  migrations = MIGRATIONS,
}: {
  uri: string;
  log: Logger;
  migrations?: Migration[];
}): Promise<void> {
  const connection = await connect(uri, { socketTimeoutMS: 0 });
  const models = createModels(connection);
  const holder = createHolder();
  let renewal: NodeJS.Timeout | undefined;
  try {
    while (!(await holdLease(models, 'migration', holder))) await new Promise((resolve) => setTimeout(resolve, 100));
    renewal = setInterval(() => void holdLease(models, 'migration', holder).catch(() => undefined), 2_000);
    await migrate(models, (step) => log.info({ step }, 'the data is brought to a new version'), migrations);
  } finally {
    clearInterval(renewal);
    await freeLease(models, 'migration', holder).catch(() => undefined); // it lapses by itself
    await connection.close();
  }
}

function createReaders(
  models: Models,
): Pick<
  Store,
  | 'readConversation'
  | 'readPerson'
  | 'readChat'
  | 'readChannel'
  | 'readChannelLately'
  | 'readOpenDeliveries'
  | 'readLastSeq'
> {
  const byId = <T extends { _id: string }>(documents: T[]) =>
    new Map(documents.map((document) => [document._id, document]));
  // Before each send both are looked at.
  const [readConversation, readChannel] = createPairReader(models.conversations, models.channels);
  const readOpen = createBatchReader(async (chatIds) => {
    const found = await models.deliveries.find({ chatId: { $in: chatIds }, isOpen: true }).lean();
    return Map.groupBy(found.toSorted(byOrder), (delivery) => delivery.chatId);
  });
  return {
    async readLastSeq(conversationId) {
      const conversation = await models.conversations.findById(conversationId).lean();
      const known = conversation?.lastSeq ?? 0;
      const beyond = await models.messages.find({ conversationId, seq: { $gt: known } }, { seq: 1 }).lean();
      return Math.max(known, ...beyond.map(({ seq }) => seq));
    },
    readConversation,
    readPerson: createBatchReader(async (ids) => byId(await models.people.find({ _id: { $in: ids } }).lean())),
    readChat: createBatchReader(async (ids) => byId(await models.chats.find({ _id: { $in: ids } }).lean())),
    readChannel,
    readChannelLately: createLateReader(readChannel, LATELY_MS),
    readOpenDeliveries: async (chatId) => (await readOpen(chatId)) ?? [],
  };
}

/** The order in which a chat is told things. */
function byOrder(a: Delivery, b: Delivery): number {
  return a.createdAt.getTime() - b.createdAt.getTime() || (a.key < b.key ? -1 : 1);
}
