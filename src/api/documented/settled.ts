/** A delivery as it is after a moment: most are said at once, and whoever asked wants to hear it. */
import type { LiveEvent } from '../../conversation.ts';
import { openLookout } from '../../queue/lookout.ts';
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
  const topic = conversationTopic(delivery.conversationId ?? '');
  const lookout = await openLookout(live, topic, (event) => (event as LiveEvent).type === 'delivery');
  let last = delivery;
  const readSettled = async () => {
    const now = await store.deliveries.findById(delivery._id).lean();
    if (!now) return last;
    last = now;
    return last.state === 'queued' || last.state === 'sending' ? undefined : last;
  };
  try {
    return (await lookout.until(readSettled, LOOK_EVERY_MS, AbortSignal.timeout(MOMENT_MS))) ?? last;
  } finally {
    lookout.close();
  }
}
