/** Reading what was said while nobody listened. */
import { createGather, trim, Unclear, within } from './events.ts';
import { type LibraryMessage, pageOf } from './library.ts';
import { listChats } from './page.ts';
import type { Gives, ListedChat, Takes } from './protocol.ts';
import type { Ready } from './send.ts';

const FIRST_LOOK = 50;
/** In characters. Four times as much is still easily held by the child, which has little memory. */
const MUCH = 2_000_000;
/** Nobody asks WhatsApp's servers for more people than there are chats to be read. */
const MOST_LOOK_UPS = 200;

/** The number behind a LID: what the page knows, else what WhatsApp's servers say. Who cannot be found is not known. */
async function phoneOf({ client, me }: Ready, { id, phone }: ListedChat): Promise<string | undefined> {
  if (phone !== undefined || !id.endsWith('@lid')) return phone;
  if (id === me.lid) return me.phone;
  const [pair] = await within(client.getContactLidAndPhone([id]), []);
  return pair?.pn;
}

/** The chats in which something was said since. Of the latest it is asked who they are with, where that is not known. */
export async function readChats(ready: Ready, { since, only }: Takes<'chats'>): Promise<ListedChat[]> {
  const moved = await pageOf(ready.client).evaluate(listChats, since);
  const chats = only === undefined ? moved : moved.filter(({ id }) => only.includes(id));
  const latest = chats.slice(0, MOST_LOOK_UPS).map(async (chat) => ({ ...chat, phone: await phoneOf(ready, chat) }));
  return [...(await Promise.all(latest)), ...chats.slice(MOST_LOOK_UPS)];
}

function timeOf(message: LibraryMessage): number {
  return Number((message.rawData as { t?: unknown }).t);
}

function sizeOf(messages: readonly LibraryMessage[]): number {
  return messages.reduce((size, { rawData }) => size + JSON.stringify(rawData).length, 0);
}

/**
 * What was said in a chat since, oldest first, at most `limit` messages, and fewer where they are long. An edited
 * message is an edit and a revoked one a revocation: both may have happened unheard. Of our own the state is told, too.
 * Nobody can say of what is unclear whether we know it.
 */
export async function readHistory(
  { client, me, looksUp }: Ready,
  { chat: id, since, limit }: Takes<'history'>,
): Promise<Gives<'history'>> {
  const chat = await client.getChatById(id);
  const gather = createGather(client, () => me, { live: false, looksUp });
  let found: LibraryMessage[] = [];
  let isComplete = false;
  for (let look = FIRST_LOOK; !isComplete; look *= 4) {
    const wanted = Math.min(look, limit);
    found = await chat.fetchMessages({ limit: wanted });
    isComplete = found.length < wanted || found.some((message) => timeOf(message) < since);
    if (wanted === limit || sizeOf(found) > MUCH) break;
  }
  const missed = found.filter((message) => timeOf(message) >= since).toSorted((a, b) => timeOf(a) - timeOf(b));
  const [first, ...others] = missed.flatMap((message) => eventsOf(trim(message)));
  if (!first) return { events: [], unclear: [], isComplete };
  const unclear: unknown[] = [];
  const tell = async ([event, told]: Told): Promise<unknown[]> => {
    try {
      return [await gather(event, told)];
    } catch (error) {
      if (!(error instanceof Unclear)) throw error;
      unclear.push({ event, me, ...told });
      return [];
    }
  };
  // The first by itself: it finds out who is here, which is then known for all.
  const events = [await tell(first), ...(await Promise.all(others.map(tell)))].flat();
  return { events, unclear, isComplete };
}

type Told = [event: string, told: Record<string, unknown>];

function eventsOf(message: Record<string, unknown>): Told[] {
  const { type, t, ack, latestEditSenderTimestampMs: editedAt, id } = message;
  const at = Number(t) * 1000;
  if (type === 'revoked') return [['revoke', { message, at }]];
  const said: Told = [editedAt === undefined ? 'message' : 'edit', { message }];
  const isOwn = (id as { fromMe?: boolean } | undefined)?.fromMe === true;
  return isOwn ? [said, ['ack', { message, ack, at }]] : [said];
}
