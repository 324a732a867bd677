import type { Channel } from '#src/channel.ts';
import type { Pacer } from '#src/queue/pace.ts';
import type { Delivery } from '#src/store/deliveries.ts';

/** How long to wait before the next send in the delivery's chat, in milliseconds; 0 takes the place. */
export async function waitFor(
  pacer: Pacer,
  { name, account, pace }: Channel,
  { chatId, to }: Delivery,
): Promise<number> {
  if (pace === undefined) return 0;
  return pacer.take([
    { key: `${name}:${account}`, ...pace.account },
    { key: chatId, ...pace[to.kind] },
  ]);
}
