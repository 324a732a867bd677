/**
 * The way in: what an adapter emits is in MongoDB when `ingest` resolves, and only then may the platform be told so.
 *
 * Batches that arrive while one is being written are written together as the next one: a flood costs few commands.
 */
import type { Commands } from '../commands/commands.ts';
import { describeError } from '../errors.ts';
import type { Inbound, InboundUnread } from '../message.ts';
import { createBatchWriter, type Item } from './batch.ts';
import type { IngestDeps } from './deps.ts';
import { createPending } from './pending.ts';
import { storeUnread } from './unread.ts';

/**
 * Stores a batch of a channel. Rejects when it could not: the platform keeps it then. `heldUntil`: older messages are
 * still being fetched, so that nothing of the batch is answered before.
 */
export type Ingest = (channel: string, batch: Inbound[], heldUntil?: Date) => Promise<void>;

interface Waiting {
  items: Item[];
  resolve: () => void;
  reject: (error: unknown) => void;
}

/** So many batches are written together: in a flood the first of it is confirmed before the last of it is read. */
const ROUND = 100;

/** Makes the way in. */
export function createIngest(deps: IngestDeps & { commands: Commands }): Ingest {
  const writeBatch = createBatchWriter(deps);
  const waiting: Waiting[] = [];
  let isWriting = false;

  const writeWaiting = async () => {
    isWriting = true;
    while (waiting.length > 0) {
      const round = waiting.splice(0, ROUND);
      await writeBatch(round.flatMap(({ items }) => items)).then(
        () => round.forEach(({ resolve }) => resolve()),
        (error: unknown) => writeOneByOne(round, error),
      );
    }
    isWriting = false;
  };

  /** One event's trouble is not its neighbour's: each is tried by itself, and what only we are to blame for is kept raw. */
  const writeOneByOne = async (round: Waiting[], error: unknown) => {
    for (const { items, resolve, reject } of round) {
      if (isStoreTrouble(error)) reject(error);
      else await writeEach(items).then(resolve, reject);
    }
  };

  const writeEach = async (items: Waiting['items']) => {
    for (const item of items) {
      await writeBatch([item]).catch(async (error: unknown) => {
        if (isStoreTrouble(error)) throw error;
        deps.log.error(
          { channel: item.channel, error: describeError(error) },
          'an event could not be stored as what it is; kept in unread',
        );
        await storeUnread(deps.store, item.channel, asUnread(item.inbound, error));
      });
    }
  };

  const storeOnce = createPending();
  return (channel, batch, heldUntil) =>
    storeOnce(
      channel,
      batch,
      () =>
        new Promise((resolve, reject) => {
          waiting.push({ items: batch.map((inbound) => ({ channel, inbound, heldUntil })), resolve, reject });
          if (!isWriting) void writeWaiting();
        }),
    );
}

/** Whether MongoDB is to blame: then the platform keeps the event. Anything else is a bug of ours. */
function isStoreTrouble(error: unknown): boolean {
  return error instanceof Error && error.name.startsWith('Mongo');
}

/** What our own code choked on, as an event to keep. */
function asUnread(inbound: Inbound, error: unknown): InboundUnread {
  if (inbound.kind === 'unread') return inbound;
  const externalId = 'externalId' in inbound ? inbound.externalId : `${inbound.kind}@${inbound.at.getTime()}`;
  const place = 'chat' in inbound ? inbound.chat : { account: inbound.account, externalId: '', threadId: '' };
  const id = [inbound.kind, place.externalId, place.threadId, externalId].join('/');
  return {
    kind: 'unread',
    at: inbound.at,
    account: place.account,
    externalId: id,
    raw: inbound,
    reason: describeError(error),
    isInbound: true,
  };
}
