/**
 * Several writes in one command, in order: what follows a failed write is not carried out.
 *
 * MongoDB 8 takes writes to different collections in one command. An older server gets the same writes one by one,
 * in the same order, so a crash leaves the same prefixes.
 */
import type { Connection, Model, QueryFilter, UpdateQuery } from 'mongoose';

/** What an update changes. */
export type Change<T> = UpdateQuery<T>;

/** One write. `guard: true`: when nothing matches, the whole command stops here (`refused`). */
export type Write = InsertWrite | UpdateWrite;

export interface InsertWrite {
  kind: 'insert';
  model: Model<never>;
  document: Record<string, unknown>;
}

interface UpdateWrite {
  kind: 'update';
  model: Model<never>;
  filter: Record<string, unknown>;
  change: Record<string, unknown> | Record<string, unknown>[];
  many?: boolean;
  upsert?: boolean;
}

/** What became of the writes: all carried out, or stopped at `index` by the unique index `duplicateOf`. */
export type WriteResult = { isDone: true; matched: number[] } | { isDone: false; index: number; duplicateOf: string };

const DUPLICATE_KEY = 11_000;
const CROSS_COLLECTION_WIRE_VERSION = 25;

/** An insert. */
export function insert<T>(model: Model<T>, document: T): InsertWrite {
  return { kind: 'insert', model: model as unknown as Model<never>, document: document as Record<string, unknown> };
}

/** The id of what a write inserts; empty for an update. */
export function insertedId(write: Write): string {
  return write.kind === 'insert' ? String(write.document['_id']) : '';
}

/** An update of one document, or of all that match. */
export function update<T>(
  model: Model<T>,
  filter: QueryFilter<T>,
  change: UpdateQuery<T> | Record<string, unknown>[],
  options: { many?: boolean; upsert?: boolean } = {},
): Write {
  return {
    kind: 'update',
    model: model as unknown as Model<never>,
    filter,
    change,
    ...options,
  };
}

/**
 * An update on which everything after it depends. `filter` must hold `_id` of a document that exists: if the rest
 * of it does not match, the upsert collides with that document and the server stops there.
 */
export function guard<T>(model: Model<T>, filter: QueryFilter<T> & { _id: string }, change: UpdateQuery<T>): Write {
  return update(model, filter, change, { upsert: true });
}

/** Carries out the writes, if there are any. Throws what is not a duplicate key: then nobody knows how far it came. */
export type WriteAll = (writes: Write[]) => Promise<WriteResult>;

/** Makes `writeAll` for a connection. */
export function createWriteAll(connection: Connection, wireVersion: number): WriteAll {
  const write = (writes: Write[]) =>
    wireVersion >= CROSS_COLLECTION_WIRE_VERSION ? writeTogether(connection, writes) : writeOneByOne(writes);
  return async (writes) => (writes.length === 0 ? { isDone: true, matched: [] } : write(writes));
}

/** One write as the driver wants it. */
function toOperation(write: Write): Record<string, unknown> {
  if (write.kind === 'insert') return { model: write.model, name: 'insertOne', document: write.document };
  const { model, filter, change, many, upsert } = write;
  return {
    model,
    name: many ? 'updateMany' : 'updateOne',
    filter,
    update: change,
    setDefaultsOnInsert: false,
    timestamps: false,
    ...(upsert ? { upsert } : {}),
  };
}

async function writeTogether(connection: Connection, writes: Write[]): Promise<WriteResult> {
  try {
    const result = await connection.bulkWrite(writes.map(toOperation) as never, {
      ordered: true,
      verboseResults: true,
    });
    const updates = (result as unknown as { updateResults?: Map<number, { matchedCount: number }> }).updateResults;
    return { isDone: true, matched: writes.map((_, index) => updates?.get(index)?.matchedCount ?? 1) };
  } catch (error) {
    const [first] = (error as { writeErrors?: Map<number, { code: number; message: string }> }).writeErrors ?? [];
    if (first === undefined || first[1].code !== DUPLICATE_KEY) throw error;
    return { isDone: false, index: first[0], duplicateOf: duplicateIndex(first[1].message) };
  }
}

async function writeOneByOne(writes: Write[]): Promise<WriteResult> {
  const matched: number[] = [];
  for (const [index, write] of writes.entries()) {
    try {
      matched.push(await writeOne(write));
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      return { isDone: false, index, duplicateOf: duplicateIndex((error as Error).message) };
    }
  }
  return { isDone: true, matched };
}

async function writeOne(write: Write): Promise<number> {
  if (write.kind === 'insert') {
    await write.model.insertOne(write.document as never);
    return 1;
  }
  const options = {
    upsert: write.upsert ?? false,
    setDefaultsOnInsert: false,
    timestamps: false,
    updatePipeline: true,
  };
  const { model, filter, change } = write;
  const result = write.many
    ? await model.updateMany(filter as never, change as never, options)
    : await model.updateOne(filter as never, change as never, options);
  return result.matchedCount;
}

/** Whether a thrown error is a duplicate of a unique key. */
export function isDuplicate(error: unknown): boolean {
  return (error as { code?: unknown }).code === DUPLICATE_KEY;
}

/** The unique index that refused: the message names it on every server, `keyPattern` is not on all of them. */
function duplicateIndex(message: string): string {
  return /index: (\S+)/.exec(message)?.[1] ?? '_id_';
}
