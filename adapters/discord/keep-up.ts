/** Keeping the connection up: one life after the other, and after one that could not begin a growing pause. */
import type { ChannelReport } from '#src/channel.ts';
import { ChannelError, RejectedError, UnavailableError, describeError } from '#src/errors.ts';
import { pause, pauseAfter } from '#src/waiting.ts';
import { isRefused } from './errors.ts';

const TOKEN_REFUSED = 4004;
const INTENT_REFUSED = 4014;
const BACKOFF = { firstMs: 500, longestMs: 30_000 };

/** What to do about a bot that may not read what is not said to it. */
export const TICK_CONTENT =
  'Tick "Message Content Intent" on the page Bot of your application at https://discord.com/developers/applications ' +
  'and restart. Until then I understand direct messages, mentions and commands, but not what merely follows in a thread.';
const NEW_TOKEN =
  'Discord does not accept DISCORD_BOT_TOKEN: reset the token on the page Bot of your application at ' +
  'https://discord.com/developers/applications, set it and restart.';

/** One life of the connection. Resolves with the code of its close, if it was closed for good. */
export type Life = (options: { hasContent: boolean }) => Promise<number | undefined>;

/** How often in a row it could not begin; whoever sees it come up sets this back. */
export interface Failures {
  count: number;
}

/** What an admin must know of a connection that could not be made. */
function actionFor(error: unknown): string {
  if (isRefused(error, 'unauthorized')) return NEW_TOKEN;
  if (!(error instanceof ChannelError)) return `Discord's connection broke: ${describeError(error)}`;
  const isAway = error instanceof UnavailableError && error.code === 'unreachable';
  return `${error.message}${isAway ? ' Check the network and DISCORD_API_URL.' : ''} It is tried again by itself.`;
}

/** What a closed connection calls for. Throws where trying again is useless. */
function judge(code: number | undefined, hasContent: boolean): { hasContent: boolean; action: string } {
  if (code === undefined) return { hasContent, action: 'The connection did not come back, and is begun anew.' };
  if (code === INTENT_REFUSED && hasContent) return { hasContent: false, action: TICK_CONTENT };
  if (code === TOKEN_REFUSED) throw new RejectedError('unauthorized', NEW_TOKEN);
  throw new RejectedError('gateway_refused', `Discord does not let this bot listen (close code ${code}).`);
}

/**
 * Lives one life after the other until `signal` is aborted. Where Discord refuses what is not said to us, it goes on
 * without that. Rejects only where trying again is useless.
 */
export async function keepUp(
  live: Life,
  failures: Failures,
  report: (report: ChannelReport) => void,
  signal: AbortSignal,
): Promise<void> {
  let hasContent = true;
  while (!signal.aborted) {
    try {
      const code = await live({ hasContent });
      if (signal.aborted) return;
      const next = judge(code, hasContent);
      ({ hasContent } = next);
      report({ state: 'reconnecting', action: next.action });
    } catch (error) {
      if (signal.aborted) return;
      const isOver = isRefused(error, 'unauthorized', 'gateway_refused');
      report({ state: isOver ? 'failed' : 'reconnecting', action: actionFor(error) });
      if (isOver) throw error;
      failures.count += 1;
      await pause(pauseAfter(error, failures.count, BACKOFF), signal);
    }
  }
}
