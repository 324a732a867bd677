/** Times of a chat of which we do not know everything: shown in its conversation, so that nobody thinks it was all. */
import type { Gap } from '../channel.ts';
import { derivedId } from '../id.ts';
import { conversationTopic } from '../queue/topics.ts';
import { type Chat, chatKey } from '../store/chats.ts';
import type { Message } from '../store/messages.ts';
import { newMessage } from '../store/new.ts';
import type { Store } from '../store/store.ts';
import { insert, update } from '../store/write.ts';
import type { IngestDeps } from './deps.ts';

const GIVE_UP_AFTER = 50;
const SEQ_INDEX = 'conversationId_1_seq_1';

type GapDeps = Pick<IngestDeps, 'store' | 'live' | 'log'>;

/**
 * Leaves a marker in the chat's conversation, once per gap. A gap that comes after another, with nothing said in the
 * chat between them, is the same one grown longer: a chat that may not be read has one marker, however often we look.
 * So is one that begins where another did: what lies between could not be fetched the first time.
 * A chat in which nobody ever wrote to us has none.
 */
export async function storeGap(deps: GapDeps, channel: string, gap: Gap): Promise<void> {
  const { store, live, log } = deps;
  const chat = await store.readChat(chatKey(channel, gap.chat));
  const conversationId = chat && (await conversationOf(store, chat));
  if (chat === undefined || conversationId === undefined) {
    return log.info({ channel, from: gap.from, to: gap.to }, 'there is a gap in a chat that we do not know');
  }
  if (await extendLast(deps, chat, conversationId, gap)) return;
  for (let tries = 0; tries < GIVE_UP_AFTER; tries += 1) {
    const message = newMarker(chat, conversationId, gap, (await store.readLastSeq(conversationId)) + 1);
    const result = await store.writeAll([
      insert(store.messages, message),
      // As any message does: whoever remembers the conversation tells by both that it has only grown.
      update(store.conversations, { _id: conversationId }, { $max: { lastSeq: message.seq }, $inc: { inbox: 1 } }),
    ]);
    if (result.isDone) {
      store.lastSeqs.set(conversationId, message.seq);
      return live.publish(conversationTopic(conversationId), {
        type: 'message',
        messageId: message._id,
        seq: message.seq,
      });
    }
    if (result.duplicateOf === SEQ_INDEX) continue;
    const known = await store.messages.findOne({ key: message.key }).lean();
    return known ? lengthen(deps, chat, known, gap) : undefined;
  }
  throw new Error(`No free place in conversation ${conversationId} after ${GIVE_UP_AFTER} tries.`);
}

/** Moves the end of the chat's last gap, if nothing was said there since. Says whether there is one. */
async function extendLast(deps: GapDeps, chat: Chat, conversationId: string, gap: Gap): Promise<boolean> {
  const last = await deps.store.messages.findOne({ conversationId, chatId: chat._id }).sort({ seq: -1 }).lean();
  if (!last?.key.startsWith(gapKey(chat, ''))) return false;
  await lengthen(deps, chat, last, gap);
  return true;
}

/** The marker tells of the time until this gap's end. */
async function lengthen({ store, live }: GapDeps, chat: Chat, marker: Message, { to }: Gap): Promise<void> {
  const { _id, conversationId, seq, key } = marker;
  const from = new Date(key.slice(gapKey(chat, '').length));
  await store.messages.updateOne({ _id }, { $set: { text: textOf({ from, to }), textAt: new Date() } });
  live.publish(conversationTopic(conversationId), { type: 'edit', messageId: _id, seq });
}

/** A group has its own; a direct chat belongs to the conversation that its person is in now. */
async function conversationOf(store: Store, { conversationId, identityId }: Chat): Promise<string | undefined> {
  if (conversationId !== undefined || identityId === undefined) return conversationId;
  const identity = await store.identities.findById(identityId, { personId: 1 }).lean();
  const person = identity && (await store.readPerson(identity.personId));
  return person?.activeConversationId;
}

function gapKey({ _id }: Chat, from: string): string {
  return `gap:${_id}:${from}`;
}

function newMarker(chat: Chat, conversationId: string, gap: Gap, seq: number): Message {
  const { _id: chatId } = chat;
  const { from } = gap;
  const key = gapKey(chat, from.toISOString());
  return newMessage(new Date(), {
    _id: derivedId('msg', from, key),
    conversationId,
    seq,
    key,
    role: 'system',
    chatId,
    text: textOf(gap),
  });
}

function textOf({ from, to }: Pick<Gap, 'from' | 'to'>): string {
  return `Messages between ${minuteOf(from)} and ${minuteOf(to)} (UTC) could not be fetched from this app.`;
}

function minuteOf(time: Date): string {
  return time.toISOString().slice(0, 16).replace('T', ' ');
}
