/** The conversation that a person's direct messages go to: there is always one. */
import { derivedId } from '../id.ts';
import { newConversation } from '../store/new.ts';
import type { Store } from '../store/store.ts';
import { update, type Write } from '../store/write.ts';

/** What follows from a conversation's own id needs no time of its own. */
const NO_TIME = new Date(0);

/** The id of the conversation that takes the place of one that is erased: whoever makes it, it is the same. */
export function successorId(conversationId: string): string {
  return derivedId('cnv', NO_TIME, `after:${conversationId}`);
}

/** Gives the person a fresh conversation in the place of this one, if this one is their active one. May be repeated. */
export function leaveWrites(store: Store, personId: string, conversationId: string): Write[] {
  const { _id, ...fresh } = newConversation(successorId(conversationId), new Date(), { kind: 'direct', personId });
  return [
    update(store.conversations, { _id }, { $setOnInsert: fresh }, { upsert: true }),
    update(
      store.people,
      { _id: personId, activeConversationId: conversationId },
      { $set: { activeConversationId: _id } },
    ),
  ];
}

/** The active conversation, after seeing to it that it is not one that was erased meanwhile. */
export async function readActive(store: Store, personId: string): Promise<string | undefined> {
  const person = await store.readPerson(personId);
  const active = person && (await store.readConversation(person.activeConversationId));
  if (person === undefined || (active && !active.goneAt)) return person?.activeConversationId;
  await store.writeAll(leaveWrites(store, personId, person.activeConversationId));
  return (await store.readPerson(personId))?.activeConversationId;
}
