/** What the library tells, in the form that `normalize/` reads: told in the order in which it happened. */
import { both, type Both, type FromChild } from './protocol.ts';
import { type Client, type LibraryMessage, pageOf } from './library.ts';
import { readNames } from './page.ts';

const LOOK_UP_MS = 5_000;
const REMEMBERED = 5_000;

/** Fields of the page's messages that we read; the rest (thumbnails, keys) stays in the browser. */
const FIELDS = (
  'id from to author type body caption t ack notifyName mentionedJidList quotedStanzaID quotedParticipant quotedMsg ' +
  'directPath mimetype size filename lat lng loc vcardFormattedName vcardList pollName pollOptions eventName ' +
  'latestEditSenderTimestampMs isStatusV3'
).split(' ');

/** Those of a quoted message: who is quoted stands beside it. */
const QUOTED = ['type', 'body', 'caption'] as const;

type Fields = Record<string, unknown>;

function pick(from: unknown, names: readonly string[]): Fields {
  const fields = (typeof from === 'object' && from !== null ? from : {}) as Fields;
  return Object.fromEntries(names.filter((name) => fields[name] !== undefined).map((name) => [name, fields[name]]));
}

/**
 * A message as an event holds it. The page gives one that was deleted for everybody another id, and keeps the one by
 * which it is known beside it: https://github.com/wwebjs/whatsapp-web.js/pull/201694
 */
export function trim({ rawData }: LibraryMessage): Fields {
  const { type, protocolMessageKey: id } = rawData as Fields;
  const fields = { ...pick(rawData, FIELDS), ...(type === 'revoked' && id !== undefined && { id }) };
  return 'quotedMsg' in fields ? { ...fields, quotedMsg: pick(fields['quotedMsg'], QUOTED) } : fields;
}

/** An id as it is written, whichever of its forms the page gives. */
function written(id: unknown): string | undefined {
  if (typeof id === 'string') return id;
  return (id as { _serialized?: string } | null | undefined)?._serialized;
}

/** Everybody whom a message names. */
function peopleIn(message: Fields): string[] {
  const { id, from, to, author, mentionedJidList: mentions, quotedParticipant: quoted, sender } = message;
  const { remote, participant } = (id ?? {}) as Fields;
  const all = [remote, participant, from, to, author, quoted, sender, ...(Array.isArray(mentions) ? mentions : [])];
  return [...new Set(all.map(written))].filter((one): one is string => /@(c\.us|lid)$/.test(one ?? ''));
}

/** What the page says in a few seconds, else `otherwise`; also when it fails. */
export async function within<T>(work: Promise<T>, otherwise: T): Promise<T> {
  const { promise, resolve } = Promise.withResolvers<T>();
  const timer = setTimeout(() => resolve(otherwise), LOOK_UP_MS);
  // A page that is gone ends us anyway; the event is then read again from the chat.
  void work.then(resolve, () => resolve(otherwise)).finally(() => clearTimeout(timer));
  return promise;
}

/** By whose ids a message is named: a direct chat's, and the author's in a group. */
function namedBy({ id, author }: Fields): string[] {
  const { remote } = (id ?? {}) as Fields;
  return [remote, author].map(written).filter((one) => one !== undefined);
}

/** A message of somebody whose ids the page does not tell: under which name we may have it nobody knows. */
export class Unclear extends Error {}

/**
 * Makes the maker of events: it adds what only the page knows, both ids of everybody and the chat's title. `live`: what
 * happens now is told in any case, without these when the page does not say. Else it rejects with `Unclear`: a message
 * that is read again under another of somebody's ids would be taken for a new one.
 */
export function createGather(
  client: Client,
  me: () => Both,
  { live, looksUp }: { live: boolean; looksUp: boolean },
): (event: string, told: Fields) => Promise<unknown> {
  const known = new Map<string, Both>();
  const unclear = new Set<string>();
  const asking = new Map<string, Promise<void>>();
  /** Under each: the same message may come under the other one, when the page is busy. */
  const remember = (id: string, { phone, lid }: Both) => {
    if (lid === undefined || phone === undefined) return;
    for (const one of [id, lid, phone]) known.set(one, both.parse({ phone, lid }));
  };
  const askFor = async (id: string): Promise<void> => {
    const answer = await within(client.getContactLidAndPhone([id]), undefined);
    if (answer === undefined) return void unclear.add(id);
    const [{ lid, pn: phone } = {}] = answer;
    remember(id, { lid, phone });
  };
  /** Asked for once, however many messages wait for it. */
  const askOnce = (id: string): Promise<void> => {
    const asked = asking.get(id) ?? askFor(id).finally(() => asking.delete(id));
    asking.set(id, asked);
    return asked;
  };
  const learn = async (ids: string[]): Promise<Record<string, Both>> => {
    if (known.size > REMEMBERED) known.clear();
    // Of what happens later they are asked for again; in one reading nobody is waited for twice.
    if (live) unclear.clear();
    const own = me();
    for (const id of ids) if (id === own.phone || id === own.lid) remember(id, own);
    const unknown = looksUp ? ids.filter((id) => !known.has(id) && !unclear.has(id)) : [];
    await Promise.all(unknown.map(askOnce));
    return Object.fromEntries(ids.map((id) => [id, known.get(id) ?? { [id.endsWith('@lid') ? 'lid' : 'phone']: id }]));
  };
  return async (event, told) => {
    const message = told['message'] as Fields;
    const chat = written(((message['id'] ?? {}) as Fields)['remote']) ?? '';
    const ids = peopleIn(message);
    const people = await learn(ids);
    const isSaid = event === 'message' || event === 'edit';
    if (!live && isSaid && namedBy(message).some((id) => unclear.has(id) && !known.has(id)))
      throw new Unclear('The page does not tell who said this.');
    const names = await within(pageOf(client).evaluate(readNames, chat, ids), { title: '', names: [] });
    for (const [index, id] of ids.entries()) {
      const name = names.names[index];
      if (name) people[id] = { ...people[id], name };
    }
    return { event, me: me(), title: names.title, people, ...told };
  };
}

/**
 * Tells of everything that happens to messages, once it is known whose they are (`me`). What happens before that is
 * read from the chats when the channel is ready.
 */
export function listen(
  client: Client,
  me: () => Both | undefined,
  looksUp: boolean,
  tell: (event: FromChild) => void,
): void {
  const gather = createGather(client, () => me() ?? {}, { live: true, looksUp });
  const tellEvent = (event: unknown) => {
    if (me()) tell({ kind: 'event', event });
  };
  let last = Promise.resolve();
  const add = (event: string, told: Fields) => {
    last = last
      .then(async () => tellEvent(await gather(event, told)))
      .catch((error: unknown) => tellEvent({ event, ...told, broke: String(error) }));
  };
  client.on('message_create', (message) => add('message', { message: trim(message) }));
  client.on('message_edit', (message) => add('edit', { message: trim(message) }));
  client.on('message_revoke_everyone', (message) => add('revoke', { message: trim(message), at: Date.now() }));
  client.on('message_ack', (message, ack) => add('ack', { message: trim(message), ack, at: Date.now() }));
  client.on('message_ciphertext_failed', (message) => add('undecryptable', { message: trim(message) }));
  client.on('message_reaction', ({ msgId: id, senderId: sender, reaction: text, timestamp }) => {
    const at = Math.round(timestamp * 1000);
    add('reaction', { message: { id: { ...id, remote: written(id.remote) }, sender }, text, at });
  });
}
