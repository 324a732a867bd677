/** Reading what was said while nobody listened. */
import { createGather, trim } from './events.ts';
import { type LibraryMessage, pageOf } from './library.ts';
import { listChats } from './page.ts';
import type { Gives, ListedChat, Takes } from './protocol.ts';
import type { Ready } from './send.ts';

const FIRST_LOOK = 50;

/** The chats in which something was said since, with both ids of whoever is on the other side. */
export async function readChats({ client }: Ready, { since }: Takes<'chats'>): Promise<ListedChat[]> {
  const chats = await pageOf(client).evaluate(listChats, since);
  const direct = chats.filter(({ id }) => /@(c\.us|lid)$/.test(id)).map(({ id }) => id);
  const pairs = direct.length === 0 ? [] : await client.getContactLidAndPhone(direct);
  const idsOf = (id: string) => {
    const { lid, pn: phone } = pairs[direct.indexOf(id)] ?? {};
    return { ...(lid !== undefined && { lid }), ...(phone !== undefined && { phone }) };
  };
  return chats.map(({ id, isGroup, title }) => ({ id, isGroup, title, ids: idsOf(id) }));
}

function timeOf(message: LibraryMessage): number {
  return Number((message.rawData as { t?: unknown }).t);
}

/**
 * What was said in a chat since, oldest first, at most `limit` messages. An edited message is an edit and a revoked
 * one a revocation: both may have happened unheard. Of our own the state is told, too.
 */
export async function readHistory(
  { client, me }: Ready,
  { chat: id, since, limit }: Takes<'history'>,
): Promise<Gives<'history'>> {
  const chat = await client.getChatById(id);
  const gather = createGather(client, () => me, { live: false });
  let found: LibraryMessage[] = [];
  let isComplete = false;
  for (let look = FIRST_LOOK; !isComplete; look *= 4) {
    const wanted = Math.min(look, limit);
    found = await chat.fetchMessages({ limit: wanted });
    isComplete = found.length < wanted || found.some((message) => timeOf(message) < since);
    if (wanted === limit) break;
  }
  const missed = found.filter((message) => timeOf(message) >= since).toSorted((a, b) => timeOf(a) - timeOf(b));
  const [first, ...others] = missed.flatMap((message) => eventsOf(trim(message)));
  if (!first) return { events: [], isComplete };
  // The first by itself: it finds out who is here, which is then known for all.
  const events = [await gather(...first), ...(await Promise.all(others.map((one) => gather(...one))))];
  return { events, isComplete };
}

function eventsOf(message: Record<string, unknown>): [string, Record<string, unknown>][] {
  const { type, t, ack, latestEditSenderTimestampMs: editedAt, id } = message;
  const at = Number(t) * 1000;
  if (type === 'revoked') return [['revoke', { message, at }]];
  const said: [string, Record<string, unknown>] = [editedAt === undefined ? 'message' : 'edit', { message }];
  const isOwn = (id as { fromMe?: boolean } | undefined)?.fromMe === true;
  return isOwn ? [said, ['ack', { message, ack, at }]] : [said];
}
