/** Noticing a page that does not get ready, and will not. */

/** With many chats a phone that has just been linked takes minutes to send them. */
const GET_READY_MS = 300_000;

/** A phone that does not scan, servers that are not reached: another browser would wait for them just as well. */
const WAITING = /^(UNPAIRED|UNPAIRED_IDLE|TIMEOUT)$/;

/**
 * Makes the watch, which is told the page's state at each beat, and whether it is ready; gives whether it is stuck. The
 * library says nothing between the scan and the moment when all is in step, so the state alone tells of the scan.
 */
export function createStuckWatch(now: () => number = Date.now): (state: string, isReady: boolean) => boolean {
  let since = now();
  return (state, isReady) => {
    if (isReady || WAITING.test(state)) since = now();
    return now() - since > GET_READY_MS;
  };
}
