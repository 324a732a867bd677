/** Stores messages: each once, in order, each with the next place of its conversation. */
import { newId } from '../id.ts';
import type { InboundEdit, InboundMessage } from '../message.ts';
import { announceMessages } from '../queue/announce.ts';
import { inboundKey, type Message } from '../store/messages.ts';
import { newMessage } from '../store/new.ts';
import { messageEntry, messageEntryOnce } from '../store/search.ts';
import { insert } from '../store/write.ts';
import { applyVersion, type TextVersion } from './changes.ts';
import type { IngestDeps } from './deps.ts';
import { goneOf, inboxWrites } from './inbox.ts';
import { moveOut, placeAgain, removeMessages, unknownTo } from './move-out.ts';
import type { Place, Placed } from './place.ts';

export type StoreMessages = (batch: Placed[]) => Promise<void>;

const GIVE_UP_AFTER = 50;
const KEY_INDEX = 'key_1';

/**
 * Makes the writer. It remembers the last place of each conversation and tries the next one: the unique key on
 * conversation + place decides, and after a clash it reads again. One that is stored already is left alone, but its
 * text may be a version that we did not know.
 */
export function createMessageStore(deps: IngestDeps): StoreMessages {
  const { store } = deps;

  const nextSeqs = async (batch: Placed[]) => {
    const ids = [...new Set(batch.map(({ place }) => place.conversationId))];
    const seqs = await Promise.all(
      ids.map(async (id) => [id, store.lastSeqs.get(id) ?? (await store.readLastSeq(id))] as const),
    );
    return new Map(seqs);
  };

  /** Tries to store all; gives those to try again. What a taken place leaves half done, the key finds next time. */
  const attempt = async (batch: Placed[]): Promise<Placed[]> => {
    const seqs = await nextSeqs(batch);
    const messages = batch.map((placed) => {
      const seq = (seqs.get(placed.place.conversationId) ?? 0) + 1;
      seqs.set(placed.place.conversationId, seq);
      return messageOf(placed, seq);
    });
    const before = batch.flatMap(({ place }) => place.chatWrites);
    const inserts = messages.map((message) => insert(store.messages, message));
    const entries = messages.map((message, index) => messageEntry(store, message, ownerOf(batch[index])));
    const inbox = inboxWrites(deps, batch, messages);
    const result = await store.writeAll([...before, ...inserts, ...entries, ...inbox.map(({ write }) => write)]);
    if (result.isDone) {
      for (const [id, seq] of seqs) store.lastSeqs.set(id, seq);
      for (const { place } of batch) place.isStored();
      const gone = goneOf(inbox, result.matched);
      announceMessages(
        deps,
        messages.filter(({ conversationId }) => !gone.has(conversationId)),
      );
      return gone.size === 0 ? [] : moveOut(deps, batch, messages, gone);
    }
    for (const id of seqs.keys()) store.lastSeqs.delete(id);
    return result.duplicateOf === KEY_INDEX ? unstored(deps, batch) : batch;
  };

  return async (batch) => {
    let left = batch;
    for (let tries = 0; left.length > 0; tries += 1) {
      if (tries === GIVE_UP_AFTER)
        throw new Error(`No free place in conversation ${left[0]?.place.conversationId} after ${tries} tries.`);
      left = await attempt(left);
    }
  };
}

/** Leaves out what is stored already, after seeing to it that its conversation knows and its text is among the versions. */
async function unstored(deps: IngestDeps, batch: Placed[]): Promise<Placed[]> {
  const { store } = deps;
  const keys = batch.map(keyOf);
  const found = await store.messages.find({ key: { $in: keys } }).lean();
  const stored = new Map(found.map((message) => [message.key, message]));
  for (const [index, { inbound }] of batch.entries()) {
    const message = stored.get(keys[index] ?? '');
    if (message) await applyVersion(deps, message, versionOf(inbound));
  }
  const half = await perhapsUntold(deps, found);
  const lost = half.length > 0 ? await completeHalf(deps, batch, half) : [];
  for (const { key } of lost) stored.delete(key);
  const left = batch.filter((_, index) => !stored.has(keys[index] ?? ''));
  return Promise.all(left.map((placed) => placeAgain(deps, placed)));
}

/** What its conversation may not know of: a question, as work may not have been noted; of the rest what shows it. */
async function perhapsUntold(deps: IngestDeps, found: Message[]): Promise<Message[]> {
  const isAsked = ({ answer }: Message) => answer === 'wanted';
  const others = found.filter(({ answer }) => answer === 'none');
  return [...found.filter(isAsked), ...(await unknownTo(deps, others))];
}

/** Tells conversations what was stored and perhaps not told. Gives what is removed, as its conversation is gone. */
async function completeHalf(deps: IngestDeps, batch: Placed[], half: Message[]): Promise<Message[]> {
  const { store } = deps;
  const inbox = inboxWrites(deps, batch, half);
  const owners = new Map(batch.map((placed) => [keyOf(placed), ownerOf(placed)]));
  const entries = half.map((message) => messageEntryOnce(store, message, owners.get(message.key)));
  const result = await store.writeAll([...entries, ...inbox.map(({ write }) => write)]);
  const gone = goneOf(inbox, result.isDone ? result.matched : []);
  const lost = await unknownTo(
    deps,
    half.filter(({ conversationId }) => gone.has(conversationId)),
  );
  await removeMessages(deps, lost);
  announceMessages(
    deps,
    half.filter((message) => !lost.includes(message)),
  );
  return lost;
}

function keyOf({ place, inbound }: Placed): string {
  return inboundKey(place.chatId, inbound.externalId);
}

/** Whose search finds it: in a group, nobody's own. */
function ownerOf(placed: Placed | undefined): string | undefined {
  return placed?.inbound.chat.kind === 'direct' ? placed.known.person._id : undefined;
}

function versionOf(inbound: InboundMessage | InboundEdit): TextVersion {
  const isOriginal = inbound.kind === 'message';
  return { text: inbound.text, at: isOriginal ? inbound.at : inbound.editedAt, isOriginal };
}

function messageOf(placed: Placed, seq: number): Message {
  const { inbound, known, place } = placed;
  return newMessage(inbound.at, {
    _id: newId('msg'),
    conversationId: place.conversationId,
    seq,
    key: keyOf(placed),
    role: inbound.isOwn ? 'human' : 'user',
    chatId: place.chatId,
    identityId: known.identity._id,
    ...(inbound.chat.kind === 'group' ? { author: inbound.from.name } : {}),
    ...(inbound.origin ? { origin: inbound.origin } : {}),
    text: inbound.text,
    ...(inbound.kind === 'edit' ? { textAt: inbound.editedAt } : {}),
    attachments: inbound.attachments,
    ...(inbound.replyTo ? { replyTo: inbound.replyTo } : {}),
    externalId: inbound.externalId,
    answer: isForAgent(inbound, place) ? 'wanted' : 'none',
  });
}

/** What is said on the account's own side is no question, and what is said while its human answers by hand is theirs. */
function isForAgent({ isOwn, at }: Placed['inbound'], { quietUntil }: Place): boolean {
  return !isOwn && !(quietUntil && at.getTime() <= quietUntil.getTime());
}
