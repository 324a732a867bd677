/** Noticing a page that does not get ready, and will not. */
import { RELOADING } from './child/protocol.ts';

/** By then the page has loaded: it says how it is connected. */
const LOAD_MS = 90_000;
/** With many chats a phone that has just been linked takes minutes to send them. */
const GET_READY_MS = 300_000;
/** A page that was ready has all chats already. One that takes longer has as long as any other once it is begun again. */
const RELOAD_MS = 45_000;

/** A phone that does not scan, servers that are not reached: another browser would wait for them just as well. */
const WAITING = /^(UNPAIRED|UNPAIRED_IDLE|TIMEOUT)$/;
const LOADING = /^(OPENING|UNLAUNCHED)$/;

/**
 * Makes the watch, which is told the page's state at each beat, and whether it is ready; gives why it is stuck, if it
 * is. The library says nothing between the scan and the moment when all is in step, so the state alone tells of the scan.
 */
export function createStuckWatch(
  now: () => number = Date.now,
): (state: string, isReady: boolean) => string | undefined {
  let since = now();
  let hasLoaded = false;
  let wasReloading = false;
  return (state, isReady) => {
    hasLoaded ||= isReady || !LOADING.test(state);
    const isReloading = state === RELOADING;
    if (isReady || WAITING.test(state) || isReloading !== wasReloading) since = now();
    wasReloading = isReloading;
    const waited = now() - since;
    if (!hasLoaded) return waited > LOAD_MS ? 'WhatsApp did not load: check the network' : undefined;
    if (isReloading) return waited > RELOAD_MS ? 'its page was loaded anew, and did not get ready' : undefined;
    return waited > GET_READY_MS ? 'WhatsApp did not get ready' : undefined;
  };
}
