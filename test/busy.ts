/** Figures of time that are held to a bound, on machines that may have other things to do. */
import assert from 'node:assert/strict';
import { availableParallelism, loadavg } from 'node:os';
import type { TestContext } from 'node:test';

/** With so many programs for each core nothing can be said about time. */
const BUSY = 3;

/** Notes the figure, and fails where it is not within its bound; where too many others run, the test counts as skipped instead. */
export function holdToBound(t: TestContext, isWithin: boolean, measured: string): void {
  t.diagnostic(measured);
  const isBusy = (loadavg()[0] ?? 0) > BUSY * availableParallelism();
  if (isBusy && !isWithin) t.skip(`too many others run on this machine: ${measured}`);
  else assert.ok(isWithin, measured);
}
