/** Looking into MongoDB from outside, as an operator with a shell would. */
import mongoose from 'mongoose';
import { eventually } from './eventually.ts';

/** Documents as they are stored. */
export type Stored = Record<string, unknown> & { _id: string };

export interface Database {
  uri: string;
  name: string;
  find(collection: string, filter?: object): Promise<Stored[]>;
  /** Sets fields of a document. */
  set(collection: string, id: string, fields: Record<string, unknown>): Promise<void>;
  /** Leaves things as a process that died would have. */
  insert(collection: string, document: Stored): Promise<void>;
  update(collection: string, filter: object, change: object): Promise<void>;
  /** Resolves when nothing waits for anybody: no work, no open delivery, no turn on its way. */
  quiet(deadlineMs?: number): Promise<void>;
  close(): Promise<void>;
}

let count = 0;

/** An address of a database of the test's own, on the server of `uri`. */
export function databaseUri(uri: string): string {
  const address = new URL(uri);
  address.pathname = `/t${process.pid}x${Date.now().toString(36)}x${(count += 1)}`;
  return address.href;
}

/** The address for somebody whose commands are to be listened to (`commandStarted`): the driver tells of them only then. */
export function audibleUri(uri: string): string {
  const address = new URL(uri);
  address.searchParams.set('monitorCommands', 'true');
  return address.href;
}

/** Opens the database. `close` drops it, where its server is still there. */
export async function openDatabase(uri: string): Promise<Database> {
  const connection = await mongoose
    .createConnection(uri, { serverSelectionTimeoutMS: 3_000, bufferCommands: false })
    .asPromise();
  const find = (collection: string, filter: object = {}): Promise<Stored[]> =>
    connection.collection<Stored>(collection).find(filter).toArray();
  return {
    uri,
    name: connection.name,
    find,
    async set(collection, id, fields) {
      await connection.collection<Stored>(collection).updateOne({ _id: id }, { $set: fields });
    },
    async insert(collection, document) {
      await connection.collection<Stored>(collection).insertOne(document);
    },
    async update(collection, filter, change) {
      await connection.collection<Stored>(collection).updateMany(filter, change);
    },
    async close() {
      await connection.dropDatabase().catch(() => undefined); // a test may have ended the server
      await connection.close();
    },
    async quiet(deadlineMs) {
      let left: string[] = [];
      await eventually(
        'everything is settled',
        async () => {
          left = await unsettled(find);
          return left.length === 0;
        },
        deadlineMs,
      ).catch((error: Error) => {
        throw new Error(`${error.message} Left: ${left.slice(0, 10).join('; ')}`);
      });
    },
  };
}

/** What somebody still has to work on. */
async function unsettled(find: Database['find']): Promise<string[]> {
  const [conversations, deliveries, turns] = await Promise.all([
    find('conversations', { hasWork: true }),
    find('deliveries', { isOpen: true }),
    find('turns', { state: { $in: ['queued', 'running'] } }),
  ]);
  return [
    ...conversations.map(({ _id, mode, readyAt }) => `conversation ${_id} ${String(mode)} ready ${String(readyAt)}`),
    ...deliveries.map(({ _id, state, nextTryAt }) => `delivery ${_id} ${String(state)} due ${String(nextTryAt)}`),
    ...turns.map(({ _id, state }) => `turn ${_id} ${String(state)}`),
  ];
}
