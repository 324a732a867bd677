/** Who is it? From what an adapter knows of a human to our identity and person, made at their first word. */
import { LOCAL_PERSON_ID } from '../conversation.ts';
import { newId } from '../id.ts';
import type { Sender } from '../message.ts';
import { createBatchReader } from '../store/batch.ts';
import { type Identity, identityKey } from '../store/identities.ts';
import { createLru } from '../store/lru.ts';
import { newConversation, newPerson } from '../store/new.ts';
import type { Person } from '../store/people.ts';
import type { Store } from '../store/store.ts';
import { insert, isDuplicate, update, type Write } from '../store/write.ts';

/** The identity and its person as they are now. */
export interface Known {
  identity: Pick<Identity, '_id' | 'ids' | 'name' | 'isBlocked' | 'isReachable'>;
  person: Pick<Person, '_id' | 'activeConversationId' | 'version' | 'notBefore'>;
}

/** The ids under which somebody is made who was never met; new ones where nothing is said. */
export interface MadeUnder {
  /** May be somebody who is there already: the identity is then one more of theirs. */
  personId?: string;
  conversationId?: string;
}

export interface IdentityResolver {
  /** Finds who it is, or makes them. Any number of processes may do it at once: one identity, one person (P4). */
  resolve(channel: string, sender: Sender, at: Date, made?: MadeUnder): Promise<Known>;
  /** Finds who it is; `undefined` for somebody who never said a word. */
  find(channel: string, realm: string, externalId: string): Promise<Known | undefined>;
}

const REMEMBERED = 10_000;

/**
 * Makes the resolver. What it remembers of an identity holds as long as its person has the same `version`, and the
 * person is read each time: whoever moves an identity, or changes its rights, raises that.
 */
export function createIdentityResolver(store: Store): IdentityResolver {
  const remembered = createLru<{ identity: Identity; version: number }>(REMEMBERED);
  const readIdentity = createBatchReader(async (keys) => {
    const found = await store.identities.find({ ids: { $in: keys } }).lean();
    return new Map(found.flatMap((identity) => identity.ids.map((id) => [id, identity])));
  });

  const recall = async (key: string): Promise<Known | undefined> => {
    const memory = remembered.get(key);
    const person = memory && (await store.readPerson(memory.identity.personId));
    return person?.version === memory?.version && memory && person ? { identity: memory.identity, person } : undefined;
  };

  const look = async (key: string): Promise<Known | undefined> => {
    const identity = await readIdentity(key);
    if (identity === undefined) return undefined;
    const person = (await store.readPerson(identity.personId)) ?? (await completePerson(store, identity));
    remembered.set(key, { identity, version: person.version });
    return { identity, person };
  };

  const find = async (key: string) => (await recall(key)) ?? (await look(key));
  const firstOf = async (keys: string[], ask: typeof find): Promise<Known | undefined> => {
    for (const key of keys) {
      const known = await ask(key);
      if (known) return known;
    }
    return undefined;
  };

  return {
    find: (channel, realm, externalId) => find(identityKey(channel, realm, externalId)),
    async resolve(channel, sender, at, made = {}) {
      const keys = sender.externalIds.map((id) => identityKey(channel, sender.realm, id));
      const known =
        (await firstOf(keys, find)) ?? (await meet(store, channel, sender, at, made)) ?? (await firstOf(keys, look));
      if (known === undefined) throw new Error(`An identity of ${channel} vanished while it was being made.`);
      await noteIds(store, known, keys);
      return noteChanges(store, known, sender);
    },
  };
}

/** Makes identity, conversation and person in one command; `undefined` when another process was first. */
async function meet(
  store: Store,
  channel: string,
  sender: Sender,
  at: Date,
  made: MadeUnder,
): Promise<Known | undefined> {
  const personId = sender.isLocal ? LOCAL_PERSON_ID : made.personId;
  const present = personId === undefined ? undefined : await store.readPerson(personId);
  const identity = newIdentity(channel, sender, at, {
    personId: personId ?? newId('per'),
    // Who is there already has a conversation to begin with.
    conversationId: present?.activeConversationId ?? made.conversationId ?? newId('cnv'),
  });
  const result = await store.writeAll([insert(store.identities, identity), ...personWrites(store, identity)]);
  if (!result.isDone) return undefined;
  const person =
    personId === undefined
      ? newPerson(identity.personId, identity, at)
      : ((await store.readPerson(personId)) ?? (await completePerson(store, identity)));
  return { identity, person };
}

function newIdentity(channel: string, sender: Sender, at: Date, under: Required<MadeUnder>): Identity {
  const [externalId = ''] = sender.externalIds;
  return {
    _id: newId('idn'),
    ids: sender.externalIds.map((id) => identityKey(channel, sender.realm, id)),
    personId: under.personId,
    firstConversationId: under.conversationId,
    channel,
    realm: sender.realm,
    externalId,
    name: sender.name,
    ...(sender.language ? { language: sender.language } : {}),
    isBlocked: false,
    isReachable: true,
    createdAt: at,
  };
}

/** A process died between the identity and its person: both are made under the ids that the identity names. */
async function completePerson(store: Store, identity: Identity): Promise<Person> {
  await store.writeAll(personWrites(store, identity));
  const person = await store.readPerson(identity.personId);
  if (person === undefined) throw new Error(`The person of identity ${identity._id} vanished while it was being made.`);
  return person;
}

/** The conversation before the person, so that a person's active conversation is always there. */
function personWrites(store: Store, identity: Identity): Write[] {
  const { _id: conversationId, ...conversation } = newConversation(identity.firstConversationId, identity.createdAt, {
    kind: 'direct',
    personId: identity.personId,
  });
  const { _id: personId, ...person } = newPerson(identity.personId, identity, identity.createdAt);
  return [
    update(store.conversations, { _id: conversationId }, { $setOnInsert: conversation }, { upsert: true }),
    update(store.people, { _id: personId }, { $setOnInsert: person }, { upsert: true }),
  ];
}

/** An id of somebody that we did not know yet. One that is another identity's already stays there. */
async function noteIds(store: Store, { identity }: Known, keys: string[]): Promise<void> {
  for (const key of keys.filter((one) => !identity.ids.includes(one))) {
    await store.identities
      .updateOne({ _id: identity._id }, { $addToSet: { ids: key } })
      .catch((error: unknown) => assertDuplicate(error));
    // Only now: what could not be stored is stored when the event comes again.
    identity.ids.push(key);
  }
}

function assertDuplicate(error: unknown): void {
  if (!isDuplicate(error)) throw error;
}

/** People rename themselves, and whoever writes can be reached. */
async function noteChanges(store: Store, known: Known, sender: Sender): Promise<Known> {
  const { identity } = known;
  const isRenamed = sender.name !== '' && sender.name !== identity.name;
  if (!isRenamed && identity.isReachable) return known;
  const name = isRenamed ? sender.name : identity.name;
  await store.identities.updateOne({ _id: identity._id }, { $set: { name, isReachable: true } });
  identity.name = name;
  identity.isReachable = true;
  return known;
}
