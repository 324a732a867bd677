import type { Delivery } from '../store/deliveries.ts';
import type { Store } from '../store/store.ts';

/**
 * The delivery that said a message of which the platform speaks; `undefined` where none did, or it is still at it.
 * Asks for exactly what an index holds: a chat may be long, and a receipt comes two or three times for each message.
 */
export async function findSaid(store: Store, chatId: string, externalId: string): Promise<Delivery | undefined> {
  const found = await store.deliveries.find({ chatId, 'parts.externalId': externalId }).lean();
  return found.find(({ isOpen }) => !isOpen);
}
