/** Asking a model until it answers, within the limits that the person's patience sets. */
import { setTimeout as pause } from 'node:timers/promises';
import { isFailure, type Failure } from './failure.ts';

/** How long and how often is tried. */
export interface TryRules {
  /** For all tries together, waits included. */
  timeoutMs: number;
  /** A new try begins only within this time of the first. */
  windowMs: number;
  /** How long is waited after the given number of failed tries. */
  waitMs(failed: number): number;
}

/** The rules of design.md: half a second, one, two, four … each a little more or less, so that crowds disperse. */
export function createTryRules(timeoutMs: number): TryRules {
  return {
    timeoutMs,
    windowMs: 30_000,
    waitMs: (failed) => 500 * 2 ** (failed - 1) * (0.8 + 0.4 * Math.random()),
  };
}

/** What a try gave, and which one it was. */
export type Outcome<T> = { value: T } | { failure: Failure; tries: number };

/**
 * Tries until there is a value, the failure is one that does not pass, or there is no time for another try.
 * Rejects with the signal's reason as soon as it is aborted. `attempt` gets a signal that ends it in every case.
 */
export async function tryRepeatedly<T extends object>(
  attempt: (signal: AbortSignal, tries: number) => Promise<T | Failure>,
  rules: TryRules,
  options: { signal: AbortSignal; onFailure: (failure: Failure, waitMs: number | undefined) => void },
): Promise<Outcome<T>> {
  options.signal.throwIfAborted();
  const startedAt = performance.now();
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), rules.timeoutMs);
  const signal = AbortSignal.any([options.signal, deadline.signal]);
  const timedOut: Failure = { code: 'model_timeout', mayPass: false, detail: `MODEL_TIMEOUT_MS=${rules.timeoutMs}` };
  try {
    for (let tries = 1; ; tries++) {
      const result = await untilAborted(attempt(signal, tries), signal);
      options.signal.throwIfAborted();
      const outcome = result ?? timedOut;
      if (!isFailure(outcome)) return { value: outcome };
      const waitMs = nextWait(outcome, tries, rules, performance.now() - startedAt);
      options.onFailure(outcome, waitMs);
      if (waitMs === undefined) return { failure: outcome, tries };
      await untilAborted(pause(waitMs, undefined, { signal }), signal);
      options.signal.throwIfAborted();
    }
  } finally {
    clearTimeout(timer);
  }
}

/** How long to wait for the next try; `undefined` when there is none. */
function nextWait(failure: Failure, tries: number, rules: TryRules, elapsedMs: number): number | undefined {
  if (!failure.mayPass) return undefined;
  const waitMs = Math.max(failure.retryAfterMs ?? 0, rules.waitMs(tries));
  return elapsedMs + waitMs < Math.min(rules.windowMs, rules.timeoutMs) ? waitMs : undefined;
}

/** What the promise gives, or `undefined` at the moment of the abort; what it gives later is nobody's business. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => resolve(undefined);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
