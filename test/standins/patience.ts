/** How long a call is waited for that a stand-in is to fail: as long as it needs, and no clock has to guess that. */

const ENOUGH_MS = 20_000;

/** A signal that is aborted as soon as this has happened. Where it does not happen in time the call ends too, and the test with it. */
export function abortOnce(happened: Promise<unknown>): AbortSignal {
  const stop = new AbortController();
  const end = () => stop.abort();
  void happened.then(end, end);
  return stop.signal;
}

/** The signal of a call that meets this fault: a silence is given up once the platform has come to it, all else is waited for. */
export function patienceWith(fault: unknown, reached: () => Promise<unknown>): AbortSignal {
  const isSilence = fault === 'hang' || fault === 'acceptThenHang';
  return isSilence ? abortOnce(reached()) : AbortSignal.timeout(ENOUGH_MS);
}
