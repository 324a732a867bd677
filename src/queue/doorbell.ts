/**
 * Doorbells: "conversation X has work", "chat Y has work". A job carries an id and nothing else.
 *
 * A ring that is lost is made up for by the sweeper, so ringing never fails. Several rings before the work begins
 * are one; a ring while it is being done gives one more round.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { Queue, Worker } from 'bullmq';
import { ShutdownError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { connectRedis } from './redis.ts';

export interface Doorbell {
  /** Rings for each id, now. Never rejects. */
  ring(...ids: string[]): Promise<void>;
  /** Rings at a time to come; the earliest wish for an id wins. A process that dies leaves that to the sweeper. */
  ringAt(id: string, at: Date): void;
  /** Answers the rings. `work` does one unit; whatever it throws is logged, and the sweeper rings again. */
  answer(work: (id: string, signal: AbortSignal) => Promise<void>, concurrency: number): void;
  /** Takes no further ring, tells the units that run to end, and waits for them. */
  close(): Promise<void>;
}

/** How soon another process takes over what a killed one had: together below the lease's time. */
const LOCK_MS = 3_000;
const STALLED_CHECK_MS = 1_000;
const MAX_TIMER_MS = 2 ** 31 - 1;
/** BullMQ's worker waits for Redis to come back before it closes; nothing is lost if it never says goodbye. */
const GOODBYE_MS = 1_000;

/** Makes the doorbell `name`. `prefix` keeps installations on one Redis apart. */
export function createDoorbell(options: { name: string; prefix: string; redisUrl: string; log: Logger }): Doorbell {
  const { name, prefix, redisUrl } = options;
  const log = options.log.child({ queue: name });
  const connection = connectRedis(redisUrl, 'command', log);
  const queue = new Queue<Record<string, never>>(name, {
    connection,
    prefix,
    skipVersionCheck: true,
    skipWaitingForReady: true,
  });
  queue.on('error', () => undefined); // the connection has said it
  const timers = new Map<string, { at: number; timer: NodeJS.Timeout }>();
  const stop = new AbortController();
  const running = new Set<Promise<void>>();
  let worker: Worker | undefined;
  let workerConnection: ReturnType<typeof connectRedis> | undefined;

  const ring = async (...ids: string[]) => {
    const jobs = ids.map((id) => ({
      name: id,
      data: {},
      opts: { deduplication: { id, keepLastIfActive: true }, removeOnComplete: true, removeOnFail: true },
    }));
    await queue
      .addBulk(jobs)
      .catch((error: Error) => log.debug({ error: error.message }, 'a ring was lost; the sweeper rings again'));
  };

  return {
    ring,
    ringAt(id, at) {
      const known = timers.get(id);
      if (known !== undefined && known.at <= at.getTime()) return;
      if (known !== undefined) clearTimeout(known.timer);
      const delay = Math.min(Math.max(0, at.getTime() - Date.now()), MAX_TIMER_MS);
      const timer = setTimeout(() => {
        timers.delete(id);
        void ring(id);
      }, delay);
      timers.set(id, { at: at.getTime(), timer });
    },
    answer(work, concurrency) {
      workerConnection = connectRedis(redisUrl, 'worker', log);
      const process = ({ name: id }: { name: string }) => {
        const unit = work(id, stop.signal)
          .catch((error: Error) => {
            if (!(error instanceof ShutdownError))
              log.warn({ id, error: error.message }, 'a unit of work failed; it is tried again');
          })
          .finally(() => running.delete(unit));
        running.add(unit);
        return unit;
      };
      worker = new Worker(name, process, {
        connection: workerConnection,
        prefix,
        concurrency,
        lockDuration: LOCK_MS,
        stalledInterval: STALLED_CHECK_MS,
        maxStalledCount: 1_000_000,
        skipVersionCheck: true,
      });
      worker.on('error', (error) => log.debug({ error: error.message }, 'the worker waits for Redis'));
    },
    async close() {
      for (const { timer } of timers.values()) clearTimeout(timer);
      const closing = worker
        ?.close()
        .catch((error: Error) => log.debug({ error: error.message }, 'no goodbye to Redis'));
      stop.abort(new ShutdownError());
      await Promise.all(running);
      if (closing) await Promise.race([closing, wait(GOODBYE_MS)]);
      await queue.close();
      connection.disconnect();
      workerConnection?.disconnect();
    },
  };
}
