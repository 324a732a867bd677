/** The long poll: answers at once when something waits, else as soon as something comes or the time is over. */
import type { Update } from 'grammy/types';
import { conflict } from './api-error.ts';
import type { UpdateQueue } from './queue.ts';

/** What a poll asks. */
export interface PollRequest {
  offset: number;
  limit: number;
  timeoutMs: number;
  /** Called back when the client has hung up. */
  onHangUp: (listener: () => void) => void;
}

/** The one poll that a bot may have open. */
export interface Polls {
  /** Ends the open one by a 409, as Telegram does, and opens this one. */
  poll(request: PollRequest): Promise<Update[]>;
  /** Looks whether the open one can be answered now. */
  wake(): void;
  /** Ends the open one by a 409 with these words. */
  cut(reason: string): void;
  /** Whether the bot is waiting for updates at this moment. */
  readonly isOpen: boolean;
}

const OTHER = 'terminated by other getUpdates request; make sure that only one bot instance is running';

export function createPolls(queue: UpdateQueue): Polls {
  let open: { answer(): void; isReady(): boolean; fail(reason: string): void } | undefined;

  function poll({ offset, limit, timeoutMs, onHangUp }: PollRequest): Promise<Update[]> {
    open?.fail(OTHER);
    const ready = queue.take(offset, limit);
    if (ready.length > 0 || timeoutMs === 0) return Promise.resolve(ready);
    const { promise, resolve, reject } = Promise.withResolvers<Update[]>();
    const timer = setTimeout(() => mine.answer(), timeoutMs);
    const close = (): void => {
      clearTimeout(timer);
      if (open === mine) open = undefined;
    };
    const mine = {
      isReady: () => queue.waiting().length > 0,
      answer(): void {
        close();
        resolve(queue.take(offset, limit));
      },
      fail(reason: string): void {
        close();
        reject(conflict(reason));
      },
    };
    onHangUp(() => {
      close();
      // Nobody listens any more: what waits stays unconfirmed and ungiven.
      resolve([]);
    });
    open = mine;
    return promise;
  }

  return {
    poll,
    wake() {
      if (open?.isReady() === true) open.answer();
    },
    cut: (reason) => open?.fail(reason),
    get isOpen() {
      return open !== undefined;
    },
  };
}
