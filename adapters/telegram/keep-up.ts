/** Keeping a connection up: one round after the other, and after a failed one a growing pause. */
import type { ChannelReport } from '#src/channel.ts';
import { ChannelError, UnavailableError, describeError } from '#src/errors.ts';
import { pause, pauseAfter } from '#src/waiting.ts';
import { isConflict, isRevoked } from './errors.ts';

/** A piece of the connection's work. Resolves with the milliseconds after which the next is due. */
export type Round = (signal: AbortSignal) => Promise<number>;

const BACKOFF = { firstMs: 500, longestMs: 5_000 };

/** What an admin must do about a failed round. */
function actionFor(error: unknown): string {
  if (isRevoked(error)) {
    return 'Telegram does not accept TELEGRAM_BOT_TOKEN: ask @BotFather for the current token, set it and restart.';
  }
  if (isConflict(error)) {
    return (
      'Another program polls with this TELEGRAM_BOT_TOKEN, and takes away its messages: stop it, ' +
      'or have @BotFather make a new token.'
    );
  }
  if (error instanceof UnavailableError && error.code === 'unreachable') {
    return `${error.message} Check the network and TELEGRAM_API_ROOT; it is tried again by itself.`;
  }
  if (error instanceof ChannelError) return `${error.message} It is tried again by itself.`;
  return `What came in cannot be stored: ${describeError(error)} Telegram keeps it for 24 hours.`;
}

/**
 * Does rounds until `signal` is aborted, and reports when the connection comes and goes. Rejects only when the bot's
 * token is no longer good.
 */
export async function keepUp(
  round: Round,
  report: (report: ChannelReport) => void,
  signal: AbortSignal,
): Promise<void> {
  let isReady = false;
  for (let failures = 0; !signal.aborted;) {
    try {
      const restMs = await round(signal);
      if (!isReady) report({ state: 'ready' });
      isReady = true;
      failures = 0;
      await pause(restMs, signal);
    } catch (error) {
      if (signal.aborted) return;
      isReady = false;
      failures += 1;
      report({ state: isRevoked(error) ? 'failed' : 'reconnecting', action: actionFor(error) });
      if (isRevoked(error)) throw error;
      await pause(pauseAfter(error, failures, BACKOFF), signal);
    }
  }
}
