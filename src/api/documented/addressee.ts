/** Whom a program means by `to`, and where they can be told something. */
import type { Channel, Direct } from '../../channel.ts';
import { InvalidError, NotFoundError } from '../../errors.ts';
import type { ChatRef } from '../../message.ts';
import { chatKey } from '../../store/chats.ts';
import type { Conversation } from '../../store/conversations.ts';
import { type Identity, identityKey } from '../../store/identities.ts';
import type { Caller } from '../caller.ts';
import type { ApiDeps } from '../deps.ts';

/** A chat in which somebody can be told something. */
export interface Place {
  channel: Channel;
  chat: ChatRef;
  identityId?: string;
}

/** Somebody, or a group. */
export interface Addressee {
  /** Absent for a group. */
  personId?: string;
  /** A conversation that was named, or the group's own. */
  conversation?: Conversation;
  /** Absent for somebody who is on no app yet. */
  place?: Place;
}

const OPEN_MS = 10_000;

/** The channel that is meant. Throws 422 that names those which are configured. */
export function channelOf({ channels }: Pick<ApiDeps, 'channels'>, app: string): Channel {
  const channel = channels.get(app);
  if (channel) return channel;
  const detail = `is not configured here; there is ${[...channels.keys(), 'api'].join(', ')}`;
  throw new InvalidError(`The app "${app}" is not configured.`, [{ pointer: '/app', detail }]);
}

/**
 * Finds whom `to` means: a person, identity or conversation id of ours, or the app's own user or chat id. What the
 * caller may not reach looks as if it were not there (`NotFoundError`).
 */
export async function findAddressee(
  deps: ApiDeps,
  caller: Caller,
  to: string,
  app: string | undefined,
): Promise<Addressee> {
  const { store } = deps;
  if (to.startsWith('cnv_')) {
    const conversation = await store.readConversation(to);
    if (!conversation || conversation.goneAt) throw new NotFoundError(`Conversation ${to}`);
    if (conversation.kind === 'group') return groupOf(deps, caller, conversation);
    const personId = await reachable(deps, caller, conversation.personId, to);
    return { personId, conversation, ...(await onApp(deps, personId, app)) };
  }
  if (to.startsWith('per_')) {
    const personId = await reachable(deps, caller, to, to);
    return { personId, ...(await onApp(deps, personId, app)) };
  }
  if (to.startsWith('idn_')) {
    const identity = await store.identities.findById(to).lean();
    const personId = await reachable(deps, caller, identity?.personId, to);
    if (identity) return { personId, place: await directOf(deps, channelOf(deps, identity.channel), identity) };
  }
  return byNativeId(deps, caller, to, app);
}

/** The person, if the caller may speak to them: their own, a tenant's those that it has named, an admin's all. */
async function reachable(
  { store }: ApiDeps,
  caller: Caller,
  personId: string | undefined,
  what: string,
): Promise<string> {
  if (personId === undefined) throw new NotFoundError(what);
  if (personId === caller.personId) return personId;
  const isTheirs = caller.scope === 'admin' || (await isNamed(store, caller, personId));
  const person = isTheirs && (await store.readPerson(personId));
  if (!person) throw new NotFoundError(what);
  return person.mergedInto ?? personId;
}

async function isNamed(store: ApiDeps['store'], { scope, app }: Caller, personId: string): Promise<boolean> {
  if (scope !== 'app' || app === undefined) return false;
  const identities = await store.identities.find({ personId }).lean();
  return identities.some(({ channel, realm }) => channel === 'api' && realm === app);
}

/** The person on the app that is named, else on the one where they were met last, if there is one. */
async function onApp(deps: ApiDeps, personId: string, app: string | undefined): Promise<{ place?: Place }> {
  const channel = app === undefined ? undefined : channelOf(deps, app);
  const identities = await deps.store.identities.find({ personId }).lean();
  const known = identities.filter((one) => (channel ? one.channel === channel.name : deps.channels.has(one.channel)));
  const identity = known.toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime()).at(-1);
  if (identity) return { place: await directOf(deps, channelOf(deps, identity.channel), identity) };
  if (app !== undefined) throw new NotFoundError(`${personId} on ${app}`);
  return {};
}

async function groupOf(deps: ApiDeps, { scope }: Caller, conversation: Conversation): Promise<Addressee> {
  const chat = scope === 'admin' ? await deps.store.readChat(conversation.chatId ?? '') : undefined;
  if (!chat) throw new NotFoundError(`Conversation ${conversation._id}`);
  const { channel, account, externalId, threadId, kind } = chat;
  return { conversation, place: { channel: channelOf(deps, channel), chat: { account, externalId, threadId, kind } } };
}

async function directOf(deps: ApiDeps, channel: Channel, identity: Identity): Promise<Place> {
  const { _id: identityId, externalId } = identity;
  const chats = await deps.store.chats.find({ identityId }).lean();
  const known = chats.find(({ account, movedTo }) => account === channel.account && !movedTo);
  const chat: ChatRef = known
    ? { account: known.account, externalId: known.externalId, threadId: known.threadId, kind: 'direct' }
    : (await openDirect(channel, externalId)).chat;
  return { channel, chat, identityId };
}

async function openDirect(channel: Channel, externalId: string): Promise<Direct> {
  if (channel.openDirect) return channel.openDirect(externalId, AbortSignal.timeout(OPEN_MS));
  return {
    from: { externalIds: [externalId], realm: '', name: '' },
    chat: { account: channel.account, externalId, threadId: '', kind: 'direct' },
  };
}

/** The platform's own id: of a group that we know, else of a human whom we may never have met. For admins alone. */
async function byNativeId(deps: ApiDeps, { scope }: Caller, to: string, app: string | undefined): Promise<Addressee> {
  if (scope !== 'admin') throw new NotFoundError(to);
  if (app === undefined)
    throw new InvalidError('An id of an app needs the app.', [
      { pointer: '/app', detail: 'must name the app of `to`' },
    ]);
  const channel = channelOf(deps, app);
  const group = await deps.store.readChat(chatKey(app, { account: channel.account, externalId: to, threadId: '' }));
  const conversation = group?.conversationId && (await deps.store.readConversation(group.conversationId));
  if (conversation) return groupOf(deps, { scope } as Caller, conversation);
  const [known] = await deps.store.identities.find({ ids: identityKey(app, '', to) }).lean();
  if (known) return { personId: known.personId, place: await directOf(deps, channel, known) };
  const { from, chat } = await openDirect(channel, to);
  const { identity, person } =
    (await deps.identities.find(app, from.realm, from.externalIds[0] ?? to)) ??
    (await deps.identities.resolve(app, from, new Date()));
  return { personId: person._id, place: { channel, chat, identityId: identity._id } };
}
