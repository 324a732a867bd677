/** Guests: callers without keys, where `OPEN_API` is `any`. Each sees only what it made, by the id that it was given. */
import { API_APP } from '../../conversation.ts';
import { NotFoundError } from '../../errors.ts';
import type { Conversation } from '../../store/conversations.ts';
import type { Store } from '../../store/store.ts';
import type { Caller } from '../caller.ts';

/** What the external id of a guest begins with. */
export const GUEST_PREFIX = 'guest:';

/**
 * The guest whose conversation this is, as a caller. The id is as good as a key: 76 bits of it cannot be guessed. Throws
 * `NotFoundError` for what no guest made.
 */
export async function guestOf(store: Store, caller: Caller, id: string): Promise<[Caller, Conversation]> {
  const conversation = await store.readConversation(id);
  const personId = conversation?.personId;
  const identities = personId && !conversation.goneAt ? await store.identities.find({ personId }).lean() : [];
  const guest = identities.find(
    ({ channel, realm, externalId }) => channel === API_APP && realm === '' && externalId.startsWith(GUEST_PREFIX),
  );
  if (!conversation || !guest) throw new NotFoundError(`Conversation ${id}`);
  return [{ ...caller, personId: guest.personId, identityId: guest._id }, conversation];
}
