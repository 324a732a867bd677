/** How long we wait for a platform. */

/** When we shut down, a send gets this long to end; then it counts as unknown. */
const LAST_SENDS_MS = 8_000;

/** Ends a send that is silent for too long, and sooner when we shut down. `end` must be called. */
export function patienceOf(timeoutMs: number, shutdown: AbortSignal): { signal: AbortSignal; end(): void } {
  const controller = new AbortController();
  const give = (ms: number) =>
    setTimeout(() => controller.abort(new Error('The platform did not answer in time.')), ms);
  const timers = [give(timeoutMs)];
  const hurry = () => timers.push(give(LAST_SENDS_MS));
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
