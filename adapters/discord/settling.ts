/** Knowing when a new session is complete: after its first word Discord tells of each server by itself. */
import { z } from 'zod';

/** Servers that are in trouble are not waited for. */
const LONGEST_MS = 5_000;

const server = z.object({ id: z.string() });

/** A session that is being completed. */
export interface Settling {
  /** Begins to wait for these servers. */
  begin(serverIds: readonly string[]): void;
  note(event: { t: string; d: unknown }): void;
  stop(): void;
}

/** Makes it. `whenSettled` is called once for each `begin` that is not followed by a `stop`. */
export function createSettling(whenSettled: () => void): Settling {
  const missing = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  const stop = () => {
    clearTimeout(timer);
    timer = undefined;
    missing.clear();
  };
  const settle = () => {
    stop();
    whenSettled();
  };
  return {
    stop,
    begin(serverIds) {
      stop();
      if (serverIds.length === 0) return whenSettled();
      for (const id of serverIds) missing.add(id);
      timer = setTimeout(settle, LONGEST_MS);
    },
    note({ t, d }) {
      if (timer === undefined || (t !== 'GUILD_CREATE' && t !== 'GUILD_DELETE')) return;
      missing.delete(server.safeParse(d).data?.id ?? '');
      if (missing.size === 0) settle();
    },
  };
}
