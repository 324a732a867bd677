/** Reading again what could not be read, after a fix. */
import { z } from 'zod';
import type { Channel } from '../channel.ts';
import { ConflictError, InvalidError, NotFoundError } from '../errors.ts';
import type { Ingest } from '../ingest/ingest.ts';
import type { Inbound } from '../message.ts';
import type { Store } from '../store/store.ts';

/** Reads the event again and stores what it says. Throws `ConflictError` when it was done before, `InvalidError` when it still cannot be read. */
export async function replayUnread(
  deps: { store: Store; ingest: Ingest; channels: ReadonlyMap<string, Channel> },
  id: string,
): Promise<void> {
  const { store, ingest, channels } = deps;
  const unread = await store.unread.findById(id).lean();
  if (!unread) throw new NotFoundError(`Unread event ${id}`);
  if (unread.state === 'replayed') throw new ConflictError('not_replayable', 'This event has been replayed.');
  const raw: unknown = JSON.parse(unread.raw);
  const channel = channels.get(unread.channel);
  if (!channel?.read) throw new ConflictError('channel_off', `The channel ${unread.channel} is not configured here.`);
  const events = unread.isInbound ? [reviveDates(raw) as Inbound] : channel.read(raw);
  const stillUnread = events.find((event) => event.kind === 'unread');
  if (stillUnread) throw new InvalidError(`It still cannot be read: ${stillUnread.reason}`);
  await ingest(unread.channel, events);
  await store.unread.updateOne({ _id: id }, { $set: { state: 'replayed' } });
}

const isoTime = z.iso.datetime();

/** Times became text when the event was kept. */
function reviveDates(value: unknown): unknown {
  if (typeof value === 'string') return isoTime.safeParse(value).success ? new Date(value) : value;
  if (Array.isArray(value)) return value.map(reviveDates);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, TIME_FIELDS.has(name) ? reviveDates(inner) : keepText(inner)]),
  );
}

const TIME_FIELDS = new Set(['at', 'editedAt', 'until']);

function keepText(value: unknown): unknown {
  return typeof value === 'string' ? value : reviveDates(value);
}
