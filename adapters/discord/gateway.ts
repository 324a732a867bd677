/** One life of the gateway connection: until it is stopped, is closed for good, or does not come back. */
import type { GatewayDispatchPayload } from 'discord.js';
import { failureOf } from './errors.ts';
import { createShard } from './shard.ts';
import type { ShardDeps } from './shard.ts';

/** A connection that has not come back by itself after so long is begun anew. */
const BACK_WITHIN_MS = 60_000;

/** After these Discord takes the same connection never again (opcodes-and-status-codes#gateway-gateway-close-event-codes). */
const FINAL_CODES = new Set([4004, 4010, 4011, 4012, 4013, 4014]);

export interface GatewayDeps extends ShardDeps {
  onDispatch: (event: GatewayDispatchPayload) => void;
  onResumed: () => void;
  onDropped: () => void;
}

/**
 * Holds the connection until `signal` is aborted, and resolves with the code with which Discord closed it for good, or
 * with `undefined` when it was stopped or did not come back. Rejects when it could not be begun.
 */
export async function holdGateway(deps: GatewayDeps, signal: AbortSignal): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  const stop = () => resolve(undefined);
  let watchdog = setTimeout(stop, BACK_WITHIN_MS);
  const shard = createShard(deps, {
    onDispatch: deps.onDispatch,
    onReady: () => clearTimeout(watchdog),
    onResumed() {
      clearTimeout(watchdog);
      deps.onResumed();
    },
    onClosed(code) {
      if (FINAL_CODES.has(code)) return resolve(code);
      clearTimeout(watchdog);
      watchdog = setTimeout(stop, BACK_WITHIN_MS);
      deps.onDropped();
    },
  });
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  else shard.connect(signal).catch((error: unknown) => reject(failureOf('open the gateway', error)));
  try {
    return await promise;
  } finally {
    clearTimeout(watchdog);
    signal.removeEventListener('abort', stop);
    await shard.end();
  }
}
