/** The child process as the bridge sees it: calls with a deadline, events, and its end. */
import { fork } from 'node:child_process';
import {
  type CallName,
  calls,
  type FromChild,
  fromChild,
  type Gives,
  type Takes,
  type ToChild,
} from './child/protocol.ts';
import type { Env } from '#src/channel.ts';
import { ChildFailure } from './errors.ts';

export interface Child {
  /** Asks the child. Rejects with `ChildFailure`, or another error when nobody knows what it did. */
  call<Name extends CallName>(name: Name, takes: Takes<Name>, signal: AbortSignal): Promise<Gives<Name>>;
  /** Resolves when the process is gone, with why, as far as it said so. */
  readonly ended: Promise<string>;
  /** Ends it at once, and the browser with it. `why` becomes the reason of its end. */
  kill(why: string): void;
}

type Heard = Exclude<FromChild, { kind: 'result' | 'failure' | 'ended' }>;

interface Open {
  name: CallName;
  resolve: (gives: unknown) => void;
  reject: (error: Error) => void;
}

/** What V8 may take: the library and the messages that pass by are small; the page is in the browser. */
const NODE_FLAGS = ['--max-semi-space-size=1', '--max-old-space-size=96', '--disable-warning=ExperimentalWarning'];
const MAIN = new URL('child/main.ts', import.meta.url);

/** Starts a child. `hear` gets what it tells; one that speaks nonsense is killed. */
export function startChild(env: Env, hear: (said: Heard) => void): Child {
  const process = fork(MAIN, { env, execArgv: NODE_FLAGS, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  const open = new Map<number, Open>();
  let count = 0;
  let reason: string | undefined;

  process.on('message', (message) => {
    const { data: said } = fromChild.safeParse(message);
    if (said === undefined) return broken('it said something that we do not understand');
    if (said.kind === 'ended') reason = said.reason;
    else if (said.kind === 'result') settle(said.call, said.gives);
    else if (said.kind === 'failure') take(said.call)?.reject(new ChildFailure(said.code, said.message));
    else hear(said);
  });
  const { promise: gone, resolve: isGone } = Promise.withResolvers<void>();
  process.once('exit', () => isGone());
  process.on('error', (error) => {
    broken(error.message);
    if (process.pid === undefined) isGone(); // It never began, so no exit follows.
  });

  const broken = (why: string) => {
    reason ??= why;
    process.kill('SIGKILL');
  };
  const take = (call: number): Open | undefined => {
    const waiting = open.get(call);
    open.delete(call);
    return waiting;
  };
  const settle = (call: number, gives: unknown) => {
    const waiting = take(call);
    if (!waiting) return; // Nobody waits any more.
    const { data, error } = calls[waiting.name].gives.safeParse(gives);
    if (error) waiting.reject(new Error(`The child's answer to ${waiting.name} makes no sense.`));
    else waiting.resolve(data);
  };

  const ended = gone.then(() => {
    for (const { reject } of open.values()) reject(new Error('The child ended.'));
    open.clear();
    return reason ?? 'the child ended without a word';
  });

  return {
    ended,
    kill: (why) => broken(why),
    call(name, takes, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      if (signal.aborted || !process.connected) {
        return Promise.reject(new ChildFailure('not_ready', 'The child was not asked.'));
      }
      count += 1;
      const call = count;
      open.set(call, { name, resolve, reject });
      const giveUp = () => take(call)?.reject(new Error(`The child did not answer ${name} in time.`));
      signal.addEventListener('abort', giveUp, { once: true });
      // One that has just died, its end not yet heard: it was not told.
      const notSent = () => take(call)?.reject(new ChildFailure('not_ready', 'The child could not be asked.'));
      process.send({ call, name, takes } satisfies ToChild, (error) => error && notSent());
      return promise.finally(() => signal.removeEventListener('abort', giveUp)) as Promise<Gives<typeof name>>;
    },
  };
}
