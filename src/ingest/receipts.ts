/** How far what we said has come. A receipt never moves a state backwards. */
import { setTimeout as wait } from 'node:timers/promises';
import type { InboundReceipt } from '../message.ts';
import { conversationTopic } from '../queue/topics.ts';
import { chatKey } from '../store/chats.ts';
import type { Delivery, Part } from '../store/deliveries.ts';
import type { IngestDeps } from './deps.ts';
import { findSaid } from './said.ts';

/** A receipt can overtake the write of the send that it is about; it is looked at again after so long. */
const AGAIN_AFTER_MS = [1_000, 5_000];

/**
 * Notes a receipt, beside whatever else comes in: the platform is not kept waiting for it, and one that is lost leaves
 * a state that is still true.
 */
export function noteReceipt(deps: IngestDeps, channel: string, receipt: InboundReceipt): void {
  const note = async () => {
    for (const ms of [0, ...AGAIN_AFTER_MS]) {
      await wait(ms, undefined, { ref: false });
      if (await applyReceipt(deps, channel, receipt)) return;
    }
  };
  note().catch((error: Error) => deps.log.warn({ channel, error: error.message }, 'a receipt could not be stored'));
}

/** Says whether there is nothing more to be done: `false` when no delivery of that message is known yet. */
async function applyReceipt(deps: IngestDeps, channel: string, receipt: InboundReceipt): Promise<boolean> {
  const { store } = deps;
  const delivery = await findSaid(store, chatKey(channel, receipt.chat), receipt.externalId);
  if (!delivery) return false;
  const change = await changeBy(deps, delivery, receipt);
  if (change === undefined) return true;
  const { _id, updatedAt } = delivery;
  const { matchedCount } = await store.deliveries.updateOne({ _id, updatedAt }, { $set: change });
  if (matchedCount === 0) return applyReceipt(deps, channel, receipt);
  show(deps, delivery, change.state ?? delivery.state);
  return true;
}

const RANK = { sent: 0, delivered: 1, read: 2 } as const;
type Reached = keyof typeof RANK;

function reached({ receipt }: Part): Reached {
  return receipt ?? 'sent';
}

/** What the receipt changes; `undefined`: nothing. */
async function changeBy(
  { store }: IngestDeps,
  delivery: Delivery,
  { externalId, state, at }: InboundReceipt,
): Promise<Partial<Delivery> | undefined> {
  const part = delivery.parts.find((one) => one.externalId === externalId);
  if (!part || !['sent', 'delivered', 'read', 'unknown'].includes(delivery.state)) return undefined;
  if (state === 'failed') return part.receipt ? undefined : failedChange(store, delivery, at);
  if (state === 'sent' || RANK[state] <= RANK[reached(part)]) return undefined;
  const parts = delivery.parts.map((one) => (one === part ? { ...one, receipt: state } : one));
  const least = parts.map(reached).toSorted((a, b) => RANK[a] - RANK[b])[0] ?? 'sent';
  const isSettled = delivery.state !== 'unknown';
  return { parts, ...(isSettled && { state: least }), updatedAt: new Date() };
}

/** The platform took it, and gave it up. Its text is put back, so that an admin can have it said again. */
async function failedChange(
  store: IngestDeps['store'],
  { messageId, text }: Delivery,
  at: Date,
): Promise<Partial<Delivery>> {
  const message = messageId === undefined ? undefined : await store.messages.findById(messageId).lean();
  const said = text ?? message?.text;
  return {
    state: 'failed' as const,
    parts: [],
    ...(said !== undefined && { text: said }),
    error: { code: 'not_delivered', message: 'The platform took this, and said later that it failed.', at },
    updatedAt: new Date(),
  };
}

function show({ live }: IngestDeps, delivery: Delivery, state: Delivery['state']): void {
  const { _id: deliveryId, chatId, messageId, conversationId } = delivery;
  if (conversationId === undefined || messageId === undefined) return;
  live.publish(conversationTopic(conversationId), { type: 'delivery', deliveryId, state, chatId, messageId });
}
