/** Whether messages can be taken in now: MongoDB writes, Redis answers. */
import type { Redis } from 'ioredis';
import { describeError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { orAfter } from '../waiting.ts';

const PATIENCE_MS = 2_000;

/** Makes the check. It resolves to a sentence for each thing that is not well; an empty list is readiness. */
export function createReadiness(store: Store, redis: Redis): () => Promise<string[]> {
  return async () => {
    const checks = await Promise.allSettled([inTime(store.probe(), 'MongoDB'), inTime(redis.ping(), 'Redis')]);
    return checks.flatMap((check) => (check.status === 'rejected' ? [describeError(check.reason)] : []));
  };
}

/** Fails with the thing's name, when it fails or is silent. */
async function inTime(work: Promise<unknown>, name: string): Promise<void> {
  const silence = new Error('no answer in time');
  try {
    if ((await orAfter(work, PATIENCE_MS, silence)) === silence) throw silence;
  } catch (error) {
    throw new Error(`${name}: ${describeError(error)}`, { cause: error });
  }
}
