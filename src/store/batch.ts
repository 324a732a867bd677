/** Reads that are asked for at about the same time become one command. */
import { type Model, mongo } from 'mongoose';
import { orAfter } from '../waiting.ts';

/** So long a read waits for the one before it, which may hang on a connection that is dead. */
const BEHIND_MS = 2_000;
/** A read by id that takes longer has failed: the driver would wait twice its own time, as it tries reads again. */
const PATIENCE_MS = 8_000;

/**
 * Makes a reader that gathers keys and reads them with one call of `readAll`: those of one tick, and those that are
 * asked for while the call before them is under way. So an idle store is asked at once, and a busy one rarely.
 *
 * Whoever asks a store that is silent is told so within ten seconds, however many ask, by a `MongoNetworkTimeoutError`.
 */
export function createBatchReader<T>(
  readAll: (keys: string[]) => Promise<Map<string, T>>,
): (key: string) => Promise<T | undefined> {
  let gathering: { keys: Set<string>; found: Promise<Map<string, T>> } | undefined;
  let before: Promise<unknown> = Promise.resolve();

  const gather = () => {
    const keys = new Set<string>();
    const begin = async () => {
      await orAfter(before, BEHIND_MS, undefined);
      await new Promise((resolve) => setImmediate(resolve));
      gathering = undefined;
      const read = await orAfter(readAll([...keys]), PATIENCE_MS, undefined);
      if (read) return read;
      throw new mongo.MongoNetworkTimeoutError(`MongoDB has not answered a read for ${PATIENCE_MS / 1000} s.`);
    };
    const found = begin();
    before = found.catch(() => undefined); // whoever asked is told
    return { keys, found };
  };

  return async (key) => {
    gathering ??= gather();
    gathering.keys.add(key);
    return (await gathering.found).get(key);
  };
}

type ReadById<T> = (id: string) => Promise<T | undefined>;

/** Makes readers of two collections that share their commands. No id may be in both. */
export function createPairReader<A extends { _id: string }, B extends { _id: string }>(
  first: Model<A>,
  second: Model<B>,
): [ReadById<A>, ReadById<B>] {
  const read = createBatchReader(async (keys) => {
    const idsOf = (place: string) => keys.flatMap((key) => (key.startsWith(place) ? [key.slice(place.length)] : []));
    const found = await findInBoth(first, idsOf(FIRST), second, idsOf(SECOND));
    const byId = new Map(found.map((document) => [document._id, document]));
    return new Map(
      keys.flatMap((key) => {
        const document = byId.get(key.slice(1));
        return document ? [[key, document] as const] : [];
      }),
    );
  });
  return [(id) => read(FIRST + id) as Promise<A | undefined>, (id) => read(SECOND + id) as Promise<B | undefined>];
}

const [FIRST, SECOND] = ['1', '2'];

/** Documents by id, with one command. */
async function findInBoth<A extends { _id: string }, B extends { _id: string }>(
  first: Model<A>,
  firstIds: string[],
  second: Model<B>,
  secondIds: string[],
): Promise<{ _id: string }[]> {
  const [ofFirst, ofSecond] = [{ _id: { $in: firstIds } }, { _id: { $in: secondIds } }];
  if (secondIds.length === 0) return first.find(ofFirst as never).lean<A[]>();
  if (firstIds.length === 0) return second.find(ofSecond as never).lean<B[]>();
  const others = { coll: second.collection.name, pipeline: [{ $match: ofSecond }] };
  return first.aggregate<A>([{ $match: ofFirst }, { $unionWith: others }]);
}

/** Makes of a reader one that does not read again what was asked for less than `maxAgeMs` ago. For a few keys. */
export function createLateReader<T>(read: ReadById<T>, maxAgeMs: number): ReadById<T> {
  const known = new Map<string, { at: number; found: Promise<T | undefined> }>();
  return (id) => {
    const last = known.get(id);
    if (last && Math.abs(Date.now() - last.at) < maxAgeMs) return last.found;
    const found = read(id);
    known.set(id, { at: Date.now(), found });
    found.catch(() => known.delete(id)); // whoever asked is told
    return found;
  };
}
