import type { OutboundPart } from '#src/channel.ts';
import type { Delivery, Part } from '#src/store/deliveries.ts';

/** A part as the channel is given it. Only the first answers a message. */
export function outboundOf({ to, replyTo }: Delivery, { index, text = '', key }: Part): OutboundPart {
  return { chat: to, text, key, ...(replyTo && index === 0 ? { replyTo } : {}) };
}
