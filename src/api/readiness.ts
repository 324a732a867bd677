/** Whether messages can be taken in now: MongoDB writes, Redis answers. */
import type { Redis } from 'ioredis';
import { describeError } from '../errors.ts';
import type { Store } from '../store/store.ts';

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
  const timer = new AbortController();
  const silence = new Promise((_resolve, reject) => {
    const late = setTimeout(() => reject(new Error('no answer in time')), PATIENCE_MS);
    timer.signal.addEventListener('abort', () => clearTimeout(late));
  });
  try {
    await Promise.race([work, silence]);
  } catch (error) {
    throw new Error(`${name}: ${describeError(error)}`, { cause: error });
  } finally {
    timer.abort();
  }
}
