/** The first words of an answer that grows as a message: sent under an intent, as the first part of a delivery. */
import type { Channel } from '#src/channel.ts';
import { LEASE_MS } from '#src/conversation.ts';
import { describeError, RateLimitedError, RejectedError, UnavailableError } from '#src/errors.ts';
import { derivedId } from '#src/id.ts';
import { isPaused } from '#src/store/channels.ts';
import type { Delivery, Part } from '#src/store/deliveries.ts';
import { newDelivery } from '#src/store/new.ts';
import { guard, insert } from '#src/store/write.ts';
import { outboundOf } from '../deliver/outbound.ts';
import { patienceOf } from '../patience.ts';
import { untilStored } from '../until-stored.ts';
import type { RunningTurn, TurnDeps } from './turn.ts';

/** The message cannot grow any more: taken from us, or nobody knows whether it is there. */
export const OVER = new RejectedError('preview_over', 'This answer is no longer shown growing.');

/** Sends the first words, with the intent before and the outcome after. Throws when there is no message to edit. */
export async function sendFirstWords(
  deps: TurnDeps,
  turn: RunningTurn,
  channel: Channel,
  text: string,
  shutdown: AbortSignal,
): Promise<string> {
  const { store, keeper, holder } = deps;
  const delivery = newGrowing(turn, holder, text);
  const [part] = delivery.parts;
  const letGo = keeper.hold('deliveries', delivery._id);
  try {
    if (!(await writeIntent(deps, turn, delivery, shutdown))) throw OVER;
    const outcome = await sendFirst(deps, channel, delivery, { ...part, text }, shutdown);
    const noted = await untilStored(deps, shutdown, () => note(store, delivery, outcome));
    if (!noted || outcome.externalId === undefined) throw OVER;
    return outcome.externalId;
  } finally {
    letGo();
  }
}

/** A delivery that is the reply worker's. Its lease keeps the deliver worker off while the first words are sent. */
function newGrowing(
  { id: turnId, conversation, inputs, fence, replyTo }: RunningTurn,
  leaseHolder: string,
  shown: string,
) {
  const { kind, personId, _id: conversationId } = conversation;
  const at = new Date();
  const key = `live:${turnId}:${fence}`;
  const _id = derivedId('dlv', at, key);
  const part: Part = { index: 0, shown, state: 'sending', fence, key: `${_id}:0`, at };
  const delivery = newDelivery(at, kind, {
    _id,
    key,
    kind: 'message',
    conversationId,
    ...(personId ? { personId } : {}),
    turnId,
    chatId: inputs[0].chatId,
    ...(replyTo ? { replyTo } : {}),
    live: 'growing',
    state: 'sending',
    isOpen: false,
    leaseHolder,
    leaseUntil: new Date(at.getTime() + LEASE_MS),
  });
  return { ...delivery, parts: [part] satisfies [Part] };
}

/** Only under our fence: 1 the conversation knows of the delivery; 2 the delivery, about to be sent. */
async function writeIntent(
  deps: TurnDeps,
  turn: RunningTurn,
  delivery: Delivery,
  shutdown: AbortSignal,
): Promise<boolean> {
  const { store } = deps;
  const { fence, conversation } = turn;
  const conditions = { _id: conversation._id, fence, mode: 'agent' as const, goneAt: null };
  try {
    const written = await store.writeAll([
      guard(store.conversations, conditions, { $set: { growing: delivery._id } }),
      insert(store.deliveries, delivery),
    ]);
    if (written.isDone) turn.growing = delivery;
    return written.isDone;
  } catch (error) {
    // Perhaps it is written all the same; we know that nothing was sent.
    if (await untilStored(deps, shutdown, () => note(store, delivery, { state: 'waiting' }))) turn.growing = delivery;
    throw error;
  }
}

type FirstWords = Pick<Part, 'state' | 'externalId'>;

/** The class of an adapter's error says what is known of the first words; the answer itself is said in any case. */
async function sendFirst(
  deps: TurnDeps,
  channel: Channel,
  delivery: Delivery,
  part: Part,
  shutdown: AbortSignal,
): Promise<FirstWords> {
  // The intent is written: whoever pauses looks for it second.
  if (await untilStored(deps, shutdown, () => isPaused(deps.store, channel))) return { state: 'waiting' };
  if (shutdown.aborted) return { state: 'waiting' };
  const patience = patienceOf(deps.sendTimeoutMs, shutdown);
  try {
    const { externalId } = await channel.send(outboundOf(delivery, part), patience.signal);
    return { state: 'sent', externalId };
  } catch (error) {
    const isCertain =
      error instanceof RateLimitedError ||
      error instanceof RejectedError ||
      (error instanceof UnavailableError && error.certain);
    deps.log.debug({ deliveryId: delivery._id, error: describeError(error) }, 'the first words were not taken');
    return { state: isCertain ? 'waiting' : 'unknown' };
  } finally {
    patience.end();
  }
}

/** What became of the first words. Says whether the delivery is there. */
async function note(store: TurnDeps['store'], { _id, parts }: Delivery, outcome: FirstWords): Promise<boolean> {
  const now = new Date();
  const { state, externalId } = outcome;
  const set = { 'parts.0.state': state, ...(externalId ? { 'parts.0.externalId': externalId } : {}), updatedAt: now };
  const noted = await store.deliveries.updateOne(
    { _id, fence: 0 },
    {
      $set: { ...set, leaseHolder: null, leaseUntil: null },
      ...(state === 'unknown' ? {} : { $unset: { 'parts.0.shown': 1 } }),
    },
  );
  if (noted.matchedCount === 1 || externalId === undefined) return noted.matchedCount === 1;
  await noteLate(store, _id, parts[0]?.key ?? '', externalId, now);
  return false;
}

/** We slept, and the delivery was taken over and perhaps left as unknown: it is taken up once more. */
async function noteLate(
  store: TurnDeps['store'],
  _id: string,
  key: string,
  externalId: string,
  now: Date,
): Promise<void> {
  await store.deliveries.updateOne(
    { _id, parts: { $elemMatch: { key, state: 'unknown' } } },
    { $set: { 'parts.$.state': 'waiting', 'parts.$.externalId': externalId, updatedAt: now } },
  );
  await store.deliveries.updateOne(
    { _id, state: 'unknown', 'parts.state': { $ne: 'unknown' } },
    { $set: { state: 'queued', isOpen: true, error: null, nextTryAt: now, updatedAt: now } },
  );
}
