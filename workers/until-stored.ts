import { setTimeout } from 'node:timers/promises';
import type { Logger } from '#src/log.ts';

const STORE_AGAIN_MS = 500;

/** What we know must not be lost because MongoDB is away for a while: written again until it is stored, or we end. */
export async function untilStored<T>(
  { log }: { log: Logger },
  shutdown: AbortSignal,
  write: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (shutdown.aborted || !(error as Error).name.startsWith('Mongo')) throw error;
      log.warn({ error: (error as Error).message }, 'what became of a send could not be stored; trying again');
      await setTimeout(STORE_AGAIN_MS);
    }
  }
}
