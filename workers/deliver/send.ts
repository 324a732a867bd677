/** One send: how long it may take, and what its outcome means. */
import type { Channel } from '#src/channel.ts';
import { RateLimitedError, UnavailableError } from '#src/errors.ts';
import type { Part } from '#src/store/deliveries.ts';
import type { DeliverDeps } from '../deps.ts';
import { failed, type Outcome, postponed, rejected, said, silent } from './outcome.ts';
import type { Probation } from './probation.ts';
import type { Dispatch } from './record.ts';

/** When we shut down, a send gets this long to end; then it counts as unknown. */
const LAST_SENDS_MS = 8_000;

/** Says one part, and tells what that means. After a silence the account is probed before anything else is said. */
export async function sendPart(
  deps: DeliverDeps,
  channel: Channel,
  run: Dispatch,
  part: Part,
  probation: Probation,
  shutdown: AbortSignal,
): Promise<Outcome> {
  const { delivery } = run;
  const patience = patienceOf(deps.sendTimeoutMs, shutdown);
  const replyTo = part.index === 0 ? delivery.replyTo : undefined;
  try {
    await probation.pass(patience.signal);
    const outbound = { chat: delivery.to, text: part.text ?? '', key: part.key, ...(replyTo ? { replyTo } : {}) };
    return said(await channel.send(outbound, patience.signal));
  } catch (error) {
    const about = { deliveryId: delivery._id, channel: channel.name, part: part.index };
    deps.log.warn({ ...about, error: (error as Error).message }, 'a send did not succeed');
    return meaningOf(error, delivery.attempts, probation);
  } finally {
    patience.end();
  }
}

/** The class of an adapter's error alone says what may be done next. */
function meaningOf(error: unknown, attempts: number, probation: Probation): Outcome {
  if (error instanceof RateLimitedError) return postponed(error);
  if (!(error instanceof UnavailableError)) return rejected(error);
  if (error.certain) return failed(error, attempts);
  probation.begin();
  return silent(error);
}

/** Ends a send that is silent for too long, and sooner when we shut down. */
function patienceOf(timeoutMs: number, shutdown: AbortSignal): { signal: AbortSignal; end(): void } {
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
