/** A delivery as it is after a moment: most are said at once, and whoever asked wants to hear it. */
import type { LiveEvent } from '../../conversation.ts';
import { conversationTopic } from '../../queue/topics.ts';
import type { Delivery } from '../../store/deliveries.ts';
import type { ApiDeps } from '../deps.ts';

const MOMENT_MS = 2_000;
const LOOK_EVERY_MS = 250;

/** Resolves once it is no longer on its way, or after the moment. */
export async function settledDelivery(
  { store, live }: Pick<ApiDeps, 'store' | 'live'>,
  delivery: Delivery,
): Promise<Delivery> {
  const until = Date.now() + MOMENT_MS;
  let look = (): void => undefined;
  const stop = await live.subscribe(conversationTopic(delivery.conversationId ?? ''), (event) => {
    if ((event as LiveEvent).type === 'delivery') look();
  });
  try {
    for (;;) {
      const change = new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, LOOK_EVERY_MS);
        look = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      const now = await store.deliveries.findById(delivery._id).lean();
      if (!now || (now.state !== 'queued' && now.state !== 'sending') || Date.now() > until) return now ?? delivery;
      await change;
    }
  } finally {
    stop();
  }
}
