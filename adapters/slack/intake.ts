/** The way in, the same for socket, HTTP and history: read, find out what is missing, read again, and hand on in order. */
import type { Emit } from '#src/channel.ts';
import type { Inbound } from '#src/message.ts';
import type { Directory, Wanted } from './directory.ts';
import { isDirect } from './normalize/places.ts';
import type { RawEvent } from './normalize/schema.ts';
import type { Self } from './self.ts';

/** What the intake needs. */
export interface IntakeDeps {
  /** Who we are; asks Slack when it is not known yet. */
  whoAmI: () => Promise<Self>;
  read: (raw: unknown, self: Self) => Inbound[];
  directory: Directory;
  now: () => Date;
}

/**
 * Takes in events of one channel as Slack brought them, as one batch. Resolves when `emit` has; rejects when they could
 * not be stored.
 */
export type Intake = (bodies: readonly unknown[], emit: Emit) => Promise<void>;

const MENTION = /<@([UW][A-Z0-9]+)/g;

interface Seen {
  event?: { channel?: unknown; text?: unknown; message?: { text?: unknown } };
  channel_id?: unknown;
  command?: unknown;
  text?: unknown;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Everybody who is named in what people wrote. */
function mentionedIn({ event, text }: Seen): string[] {
  const texts = [event?.text, event?.message?.text, text].map(textOf);
  return texts.flatMap((one) => [...one.matchAll(MENTION)].map(([, id = '']) => id));
}

/** What is worth asking Slack about an event that is meant for us. */
function wantedFor(inbound: Inbound, body: Seen, self: Self): Wanted | undefined {
  if (inbound.kind !== 'message' && inbound.kind !== 'edit') return undefined;
  const { chat, from, addressedBy, externalId } = inbound;
  // Most of these change what was never said to us, and are dropped.
  if (addressedBy === 'before') return undefined;
  const isCalledIntoThread = chat.kind === 'group' && addressedBy === 'mention' && chat.threadId !== externalId;
  const isCommand = body.command !== undefined;
  return {
    users: [...from.externalIds, ...mentionedIn(body).filter((id) => id !== self.userId)],
    ...(chat.kind === 'group' && { channel: chat.externalId }),
    ...(isCalledIntoThread && { root: { channel: chat.externalId, ts: chat.threadId } }),
    ...(isCommand && { homeOf: from.externalIds[0] ?? '' }),
    ...(isCommand && !isDirect(chat.externalId) && { unlessIn: chat.externalId }),
  };
}

/** Makes a queue per channel: what comes later waits for what came before it to be ready. */
function createInOrder(): <T>(key: string, work: Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return async (key, work) => {
    const turn = Promise.allSettled([last.get(key), work]);
    last.set(key, turn);
    await turn;
    if (last.get(key) === turn) last.delete(key);
    return work;
  };
}

/** Makes the intake. Events of one channel reach `emit` in the order in which they were taken in. */
export function createIntake({ whoAmI, read, directory, now }: IntakeDeps): Intake {
  const inOrder = createInOrder();

  const readWell = async (body: unknown): Promise<Inbound[]> => {
    const raw: RawEvent = { body, receivedAt: now().toISOString() };
    const self = await whoAmI();
    const first = read(raw, self);
    const wanted = first[0] && wantedFor(first[0], body as Seen, self);
    if (!wanted) return first;
    return read({ ...raw, found: await directory(wanted) }, self);
  };

  const readAll = async (bodies: readonly unknown[]): Promise<Inbound[]> => {
    const batch: Inbound[] = [];
    for (const body of bodies) batch.push(...(await readWell(body)));
    return batch;
  };

  return async (bodies, emit) => {
    const { event, channel_id } = (bodies[0] ?? {}) as Seen;
    const batch = await inOrder(textOf(event?.channel ?? channel_id), readAll(bodies));
    if (batch.length > 0) await emit(batch);
  };
}
