import type { OutboundPart, SoughtPart } from '#src/channel.ts';
import type { Delivery, Part } from '#src/store/deliveries.ts';
import type { Dispatch } from './record.ts';

/** A part as the channel is given it. Only the first answers a message. */
export function outboundOf({ to, replyTo }: Delivery, { index, text = '', key }: Part): OutboundPart {
  return { chat: to, text, key, ...(replyTo && index === 0 ? { replyTo } : {}) };
}

/** A part that may have arrived, as it was sent: of an answer that grows, its first words. */
export function soughtOf(
  { delivery }: Pick<Dispatch, 'delivery'>,
  part: Part,
  isStillWanted: () => Promise<boolean>,
): SoughtPart {
  const { shown: text = part.text } = part;
  return { ...outboundOf(delivery, text === undefined ? part : { ...part, text }), isStillWanted };
}
