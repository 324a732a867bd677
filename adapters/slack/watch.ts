/**
 * In place of a connection, where Slack calls us: it is up while Slack knows us.
 *
 * Slack gives an event up after six minutes of calling in vain, and says nothing of it, nor do we notice when the way to
 * us is closed (a tunnel that is down). So now and then what was said since is read from the history.
 */
import type { Emit } from '#src/channel.ts';
import { pause } from '#src/waiting.ts';
import type { Connection } from './keep-up.ts';
import type { SelfKnowledge } from './self.ts';

/** What watching needs. */
export interface WatchDeps {
  self: Pick<SelfKnowledge, 'learn'>;
  account: string;
  emit: Emit;
  /** Resolves after a minute, or when the signal is aborted. */
  rest?: (signal: AbortSignal) => Promise<void>;
  now?: () => number;
}

const REST_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Makes the watch. Its connection rejects when Slack does not know us any more, or the store is away. */
export function createWatch(deps: WatchDeps): Connection {
  const { self, account, emit, now = Date.now, rest = (signal) => pause(REST_MS, signal) } = deps;
  // Nobody knows how it was before us: the way may have been closed, and we were started anew because of that.
  let knownUntil = now() - HOUR_MS;
  const askForMissed = async () => {
    const [at, until] = [new Date(knownUntil), new Date(now())];
    await emit([{ kind: 'missed', at, until, account, isGuess: true }]);
    knownUntil = until.getTime();
  };
  return async (onReady, signal) => {
    onReady();
    while (!signal.aborted) {
      await rest(signal);
      if (signal.aborted) return;
      await self.learn(signal);
      if (now() - knownUntil >= HOUR_MS) await askForMissed();
    }
  };
}
