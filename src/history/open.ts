/** A conversation that is opened over our own API. */
import { newConversation } from '../store/new.ts';
import type { Conversation } from '../store/conversations.ts';
import type { Store } from '../store/store.ts';
import { update, type Write } from '../store/write.ts';

/** What it is to be. Its `apps` are not empty, so that lists show it. */
export type Opening = Pick<Conversation, 'apps'> & Partial<Conversation>;

/**
 * Makes the conversation under this id, or makes of the one that is there what it is to be: a repeat makes no second
 * one, and a guest's has come with the guest. `and`: what is written with it.
 */
export async function openConversation(
  store: Store,
  id: string,
  personId: string | undefined,
  opening: Opening,
  and: Write[] = [],
): Promise<Conversation> {
  const owner = { kind: 'direct' as const, ...(personId === undefined ? {} : { personId }) };
  const conversation = { ...newConversation(id, new Date(), owner), ...opening };
  const atFirst = Object.entries(conversation).filter(([name]) => name !== '_id' && !(name in opening));
  const change = { $setOnInsert: Object.fromEntries(atFirst), $set: opening };
  await store.writeAll([update(store.conversations, { _id: id }, change, { upsert: true }), ...and]);
  return (await store.readConversation(id)) ?? conversation;
}
