/** Looking whether a part whose outcome nobody knows has arrived, on platforms that can be asked (P5). */
import type { Channel } from '#src/channel.ts';
import { describeError, RateLimitedError, UnavailableError } from '#src/errors.ts';
import type { Part } from '#src/store/deliveries.ts';
import type { DeliverDeps } from '../deps.ts';
import { patienceOf } from '../patience.ts';
import type { End } from './outcome.ts';
import { isStillGrown } from './parts.ts';
import type { Probation } from './probation.ts';
import { soughtOf } from './outbound.ts';
import { type Dispatch, mayStillSay } from './record.ts';

/** After an unknown outcome we look so much later, then again; who is not found out by then is left to an admin. */
const LOOK_AFTER_MS = [2_000, 10_000, 60_000] as const;
/** A platform that cannot be asked at all has told nothing: it is asked again so much later, for an hour. */
const ASK_AGAIN_MS = 10_000;
const ASK_FOR_MS = 3_600_000;

/** Looks once for each part that was unknown when the delivery was read. What is not there waits to be sent again. Begins nothing once we shut down. */
export async function lookUpParts(
  deps: DeliverDeps,
  channel: Channel,
  run: Dispatch,
  probation: Probation,
  shutdown: AbortSignal,
): Promise<void> {
  for (const part of soughtParts(channel, run)) {
    if (shutdown.aborted) return;
    await lookUpPart(deps, channel, run, part, probation, shutdown);
  }
}

/** Whether some part is looked for before anything else is said. */
export function isToBeLookedFor(channel: Channel, run: Dispatch): boolean {
  return soughtParts(channel, run).length > 0;
}

function soughtParts(channel: Channel, { delivery, parts }: Dispatch): Part[] {
  const wasUnknown = new Set(delivery.parts.filter(({ state }) => state === 'unknown').map(({ index }) => index));
  return parts.filter((part) => part.state === 'unknown' && wasUnknown.has(part.index) && canLook(channel, part));
}

async function lookUpPart(
  deps: DeliverDeps,
  channel: Channel,
  run: Dispatch,
  part: Part,
  probation: Probation,
  shutdown: AbortSignal,
): Promise<void> {
  const at = new Date();
  const patience = patienceOf(deps.sendTimeoutMs, shutdown);
  try {
    await probation.pass(patience.signal);
    const isStillWanted = async () => !run.isOver && (await mayStillSay(deps, run, shutdown));
    const sought = soughtOf(run, part, isStillWanted);
    const found = await channel.lookUp?.(sought, part.at ?? run.delivery.createdAt, patience.signal);
    if (found === 'absent') part.state = 'waiting';
    else if (found)
      Object.assign(part, {
        externalId: found.externalId,
        state: isStillGrown(run.delivery, part) ? 'waiting' : 'sent',
      });
    delete part.shown;
    run.tries.push({
      at,
      ...(found === 'absent' ? { error: 'It was looked for, and is not there.', certain: true } : {}),
    });
  } catch (error) {
    const about = { deliveryId: run.delivery._id, channel: channel.name, part: part.index };
    deps.log.warn({ ...about, error: describeError(error) }, 'it could not be looked up whether a send arrived');
    const againMs = againAfter(error, part, at);
    if (againMs === undefined) {
      run.tries.push({ at, error: `Looking it up: ${describeError(error)}`, certain: false });
      part.looks = error instanceof UnavailableError ? (part.looks ?? 0) + 1 : LOOK_AFTER_MS.length;
    } else run.lookAt = new Date(at.getTime() + againMs);
  } finally {
    patience.end();
  }
}

/** How long to wait where nobody was asked, and so nothing was told; `undefined` where the look counts. */
function againAfter(error: unknown, { at: sentAt }: Part, now: Date): number | undefined {
  if (error instanceof RateLimitedError) return error.retryAfterMs;
  const isUnasked = error instanceof UnavailableError && error.certain;
  const isRecent = sentAt !== undefined && now.getTime() - sentAt.getTime() < ASK_FOR_MS;
  return isUnasked && isRecent ? ASK_AGAIN_MS : undefined;
}

/** The delivery goes on being looked for, where it would otherwise be left as unknown. */
export function orLookAgain(channel: Channel, run: Dispatch, end: End = {}): End {
  const looks = run.parts
    .filter((part) => part.state === 'unknown' && canLook(channel, part))
    .map(({ looks = 0 }) => looks);
  if (looks.length === 0 || (end.state !== undefined && end.state !== 'failed')) return end;
  const nextTryAt = run.lookAt ?? new Date(Date.now() + (LOOK_AFTER_MS[Math.min(...looks)] ?? 0));
  return { ...end, state: 'queued', nextTryAt };
}

function canLook(channel: Channel, { looks = 0 }: Part): boolean {
  return channel.lookUp !== undefined && looks < LOOK_AFTER_MS.length;
}
