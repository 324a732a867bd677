/** Messages that people saw growing: finished by an edit, or taken back. Both may be done twice. */
import type { Channel, EditPreview } from '#src/channel.ts';
import { describeError, RateLimitedError, RejectedError, UnavailableError } from '#src/errors.ts';
import type { Delivery, Part } from '#src/store/deliveries.ts';
import type { DeliverDeps } from '../deps.ts';
import { patienceOf } from '../patience.ts';
import { failed, type Outcome, postponed, rejected, said } from './outcome.ts';
import type { Probation } from './probation.ts';
import type { Dispatch } from './record.ts';

function editingOf(channel: Channel, { to }: Delivery): EditPreview {
  const preview = channel.preview?.(to);
  if (preview?.kind === 'edit') return preview;
  throw new RejectedError('cannot_edit', `${channel.name} no longer changes messages in this chat.`);
}

/** Whether a text is there or not after a silence does not matter: it can be written again. */
function repeatable(error: unknown, probation: Probation): unknown {
  if (!(error instanceof UnavailableError) || error.certain) return error;
  probation.begin();
  return new UnavailableError(error.message, { certain: true, code: error.code, cause: error });
}

/**
 * Gives the message that is there its final text. One that is gone, or can no longer be changed, is said anew under
 * another key: platforms that remove doubles would take it for the one that is gone. What it throws may all be done
 * again: nothing new was said.
 */
export async function finishShown(
  channel: Channel,
  { delivery, fence }: Dispatch,
  part: Part,
  externalId: string,
  probation: Probation,
  signal: AbortSignal,
): Promise<Outcome> {
  try {
    await editingOf(channel, delivery).edit(externalId, part.text ?? '', signal);
    return said({ externalId });
  } catch (error) {
    if (!(error instanceof RejectedError)) throw repeatable(error, probation);
    await removeIfThere(channel, delivery, externalId, probation, signal);
    const tried = {
      at: new Date(),
      error: `The message that was shown cannot be finished: ${error.message}`,
      certain: true,
    };
    return { part: { state: 'waiting', key: `${delivery._id}:${part.index}:${fence}` }, tried, isForgotten: true };
  }
}

/** So that no half answer stands beside the whole one. Gone already, or not ours to remove: then we have tried. */
async function removeIfThere(
  channel: Channel,
  delivery: Delivery,
  externalId: string,
  probation: Probation,
  signal: AbortSignal,
): Promise<void> {
  try {
    await editingOf(channel, delivery).remove(externalId, signal);
  } catch (error) {
    if (!(error instanceof RejectedError)) throw repeatable(error, probation);
  }
}

/** Removes all that was shown of an answer that will not be. `undefined`: it is gone, as far as anybody knows. */
export async function takeBack(
  deps: DeliverDeps,
  channel: Channel,
  run: Dispatch,
  probation: Probation,
  shutdown: AbortSignal,
): Promise<Outcome['end']> {
  const patience = patienceOf(deps.sendTimeoutMs, shutdown);
  try {
    for (const part of run.parts) {
      if (part.externalId === undefined) continue;
      await probation.pass(patience.signal);
      await editingOf(channel, run.delivery).remove(part.externalId, patience.signal);
      delete part.externalId;
      part.state = 'waiting';
    }
  } catch (error) {
    deps.log.warn({ deliveryId: run.delivery._id, error: describeError(error) }, 'a message could not be taken back');
    return notRemoved(run, repeatable(error, probation));
  } finally {
    patience.end();
  }
  return undefined;
}

function notRemoved({ delivery, parts, tries }: Dispatch, error: unknown): Outcome['end'] {
  const outcome =
    error instanceof RateLimitedError
      ? postponed(error)
      : error instanceof UnavailableError
        ? failed(error, delivery.attempts)
        : rejected(error);
  tries.push(outcome.tried);
  if (outcome.part.state === 'failed') for (const part of parts) if (part.externalId) part.state = 'failed';
  return outcome.end;
}
