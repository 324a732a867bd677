/** One send: how long it may take, and what its outcome means. */
import type { Channel } from '#src/channel.ts';
import { RateLimitedError, UnavailableError } from '#src/errors.ts';
import type { Part } from '#src/store/deliveries.ts';
import type { DeliverDeps } from '../deps.ts';
import { patienceOf } from '../patience.ts';
import { outboundOf } from './outbound.ts';
import { failed, type Outcome, postponed, rejected, said, silent } from './outcome.ts';
import type { Probation } from './probation.ts';
import type { Dispatch } from './record.ts';
import { finishShown } from './shown.ts';

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
  try {
    await probation.pass(patience.signal);
    if (part.externalId !== undefined)
      return await finishShown(channel, run, part, part.externalId, probation, patience.signal);
    return said(await channel.send(outboundOf(delivery, part), patience.signal));
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
