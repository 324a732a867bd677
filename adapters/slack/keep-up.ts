/** Keeping a connection up: one after the other, and after one that failed a growing pause. */
import type { ChannelReport } from '#src/channel.ts';
import { ChannelError, UnavailableError, describeError } from '#src/errors.ts';
import { pause, pauseAfter } from '#src/waiting.ts';
import { isRevoked } from './errors.ts';

/**
 * A connection from its beginning to its end. Calls `onReady` once it is up, resolves when it has ended in good
 * order, and rejects with a `ChannelError` when it did not come up or broke.
 */
export type Connection = (onReady: () => void, signal: AbortSignal) => Promise<void>;

const BACKOFF = { firstMs: 500, longestMs: 5_000 };
/** A connection that ends sooner has done no good, and the next is not begun at once. */
const SHORT_MS = 5_000;

/** What an admin must do about a connection that failed. */
function actionFor(error: unknown): string {
  if (!(error instanceof ChannelError)) return `${describeError(error)} It is tried again by itself.`;
  if (isRevoked(error)) {
    return `${error.message} Copy SLACK_BOT_TOKEN and SLACK_APP_TOKEN anew from api.slack.com/apps, set them and restart.`;
  }
  if (error.code === 'missing_scope') {
    return `${error.message} Bring the app up to date with adapters/slack/manifest.json and install it again.`;
  }
  if (error instanceof UnavailableError && error.code === 'unreachable') {
    return `${error.message} Check the network and SLACK_API_URL; it is tried again by itself.`;
  }
  return `${error.message} It is tried again by itself.`;
}

/**
 * Keeps connecting until `signal` is aborted, and reports when the connection comes and goes. Rejects only when a
 * token is no longer good.
 */
export async function keepUp(
  connect: Connection,
  report: (report: ChannelReport) => void,
  signal: AbortSignal,
): Promise<void> {
  for (let failures = 0; !signal.aborted;) {
    const startedAt = performance.now();
    let cause: unknown;
    try {
      await connect(() => report({ state: 'ready' }), signal);
      if (signal.aborted) return;
      report({ state: 'reconnecting' });
    } catch (error) {
      if (signal.aborted) return;
      cause = error;
      report({ state: isRevoked(error) ? 'failed' : 'reconnecting', action: actionFor(error) });
      if (isRevoked(error)) throw error;
    }
    failures = performance.now() - startedAt < SHORT_MS || cause !== undefined ? failures + 1 : 0;
    if (failures > 0) await pause(pauseAfter(cause, failures, BACKOFF), signal);
  }
}
