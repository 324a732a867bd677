/** Guests (`OPEN_API=any`): each begins as a new person, and reaches the conversation it began by that one's id. */
import { API_APP } from '../conversation.ts';
import type { IdentityResolver } from '../identity/resolve.ts';
import type { Conversation } from '../store/conversations.ts';
import type { Store } from '../store/store.ts';
import { type Caller, GUEST } from './caller.ts';
import type { Call } from './route.ts';

/** The space of guests' ids. No tenant has this name: those begin with a letter or digit. */
const GUEST_REALM = '~guest';

/** Makes the person that a guest's call begins, with one empty conversation. The same call makes the same person. */
export async function meetGuest(
  identities: IdentityResolver,
  call: Pick<Call, 'key' | 'newId'>,
): Promise<{ caller: Caller; conversationId: string }> {
  const made = { personId: call.newId('per'), conversationId: call.newId('cnv') };
  const sender = { externalIds: [call.key], realm: GUEST_REALM, name: '' };
  const { identity, person } = await identities.resolve(API_APP, sender, new Date(), made);
  return {
    caller: { ...GUEST, personId: person._id, identityId: identity._id },
    conversationId: person.activeConversationId,
  };
}

/** Whether a guest began the conversation; its id, which nobody can guess, is then all that a guest has to show. */
export async function isGuestConversation(
  { identities }: Pick<Store, 'identities'>,
  { _id, personId }: Pick<Conversation, '_id' | 'personId'>,
): Promise<boolean> {
  if (personId === undefined) return false;
  const ofGuest = { personId, channel: API_APP, realm: GUEST_REALM, firstConversationId: _id };
  return (await identities.exists(ofGuest)) !== null;
}
