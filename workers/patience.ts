/** How long we wait for a platform. */
import { LAST_SENDS_MS } from '#src/conversation.ts';
import { ShutdownError } from '#src/errors.ts';

/** Ends a send that is silent for too long, and sooner when we shut down. `end` must be called. */
export function patienceOf(timeoutMs: number, shutdown: AbortSignal): { signal: AbortSignal; end(): void } {
  const controller = new AbortController();
  const give = (ms: number) =>
    setTimeout(() => controller.abort(new Error('The platform did not answer in time.')), ms);
  const timers = [give(timeoutMs)];
  const hurry = () => timers.push(give(lastMs(shutdown)));
  if (shutdown.aborted) hurry();
  else shutdown.addEventListener('abort', hurry, { once: true });
  return {
    signal: controller.signal,
    end() {
      for (const timer of timers) clearTimeout(timer);
      shutdown.removeEventListener('abort', hurry);
    },
  };
}

/** What is left of the last seconds, which are the same for whatever is done in them. */
function lastMs({ reason }: AbortSignal): number {
  const gone = reason instanceof ShutdownError ? Date.now() - reason.at : 0;
  return Math.max(0, LAST_SENDS_MS - gone);
}
