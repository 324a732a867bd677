/** Entries that come over our own API: appended to a conversation, each once, in their order. */
import { NotFoundError } from '../errors.ts';
import { derivedId } from '../id.ts';
import type { Bells } from '../queue/bells.ts';
import type { Live } from '../queue/live.ts';
import { announceMessages } from '../queue/announce.ts';
import { apiChatKey } from '../store/chats.ts';
import type { Conversation } from '../store/conversations.ts';
import { apiKey, type Message } from '../store/messages.ts';
import { newMessage } from '../store/new.ts';
import { messageEntry } from '../store/search.ts';
import type { Store } from '../store/store.ts';
import { guard, insert } from '../store/write.ts';
import { arrival } from './arrival.ts';
import { newEntries, type NewEntry } from './recognise.ts';
import { createSerial } from './serial.ts';

/** Who says it, over which request. */
export interface Speaker {
  personId: string;
  identityId?: string;
  /** The request's own key: repeated under it, nothing is stored twice. */
  request: string;
  /** It may have been carried out before, up to somewhere (`Idempotency-Key`). */
  mayRepeat: boolean;
}

/** What may change with what is said. */
export type Settings = Partial<
  Pick<Conversation, 'agentId' | 'inLanguage' | 'outLanguage' | 'responseTypes' | 'title'>
>;

/** What came of it. */
export interface Appended {
  conversation: Conversation;
  /** The messages that this request added, oldest first. */
  added: Message[];
}

/** Throws `NotFoundError` when the conversation is gone. `entries`: oldest first. */
export type Append = (
  conversationId: string,
  entries: readonly NewEntry[],
  speaker: Speaker,
  settings?: Settings,
) => Promise<Appended>;

export interface HistoryDeps {
  store: Store;
  bells: Bells;
  live: Live;
}

const GIVE_UP_AFTER = 50;

/**
 * Makes the writer. What is recognised as stored (`newEntries`) is not stored again; the decision holds because the
 * new entries take exactly the places after the end that was looked at: if somebody was faster, it is made again.
 */
export function createAppend(deps: HistoryDeps): Append {
  const { store } = deps;
  const oneByOne = createSerial();

  const attempt = async (
    conversationId: string,
    entries: readonly NewEntry[],
    speaker: Speaker,
    settings: Settings,
  ): Promise<Appended | undefined> => {
    const conversation = await store.readConversation(conversationId);
    if (!conversation || conversation.goneAt) throw new NotFoundError(`Conversation ${conversationId}`);
    const lastSeq = Math.max(conversation.lastSeq, store.lastSeqs.get(conversationId) ?? 0);
    const { end, knownIds, mine } = await readEnd(store, conversationId, lastSeq, entries, speaker);
    const stored = new Set(mine.map(({ key }) => key));
    const keyOf = (entry: NewEntry) => apiKey(speaker.request, entries.indexOf(entry));
    const fresh = newEntries(entries, end, knownIds).filter((entry) => !stored.has(keyOf(entry)));
    const added = messagesOf(conversation, fresh, keyOf, speaker, lastSeq);
    const all = [...mine, ...added];
    const result = await store.writeAll([
      guard(store.conversations, { _id: conversationId, goneAt: null }, settingsChange(settings)),
      ...added.flatMap((message) => [
        insert(store.messages, message),
        messageEntry(store, message, conversation.personId),
      ]),
      ...(all.length > 0 ? [arrival(store, conversation, all, added.length)] : []),
    ]);
    if (result.isDone) {
      store.lastSeqs.set(conversationId, lastSeq + added.length);
      announceMessages(deps, all, () => true);
      return { conversation: { ...conversation, ...settings }, added: all };
    }
    store.lastSeqs.set(conversationId, await store.readLastSeq(conversationId));
    return undefined;
  };

  return (conversationId, entries, speaker, settings = {}) =>
    oneByOne(conversationId, async () => {
      for (let tries = 0; tries < GIVE_UP_AFTER; tries += 1) {
        const appended = await attempt(conversationId, entries, speaker, settings);
        if (appended) return appended;
      }
      throw new Error(`No free place in conversation ${conversationId} after ${GIVE_UP_AFTER} tries.`);
    });
}

/** What is stored of the list: the end of the history, as long as the list, its ids, and what this request stored. */
async function readEnd(
  store: Store,
  conversationId: string,
  lastSeq: number,
  entries: readonly NewEntry[],
  { request, mayRepeat }: Speaker,
): Promise<{ end: Message[]; knownIds: Set<string>; mine: Message[] }> {
  const ids = entries.flatMap(({ id }) => (id === undefined ? [] : [id]));
  const keys = entries.map((_, index) => apiKey(request, index));
  const span = { $gt: lastSeq - entries.length, $lte: lastSeq };
  const [end, known, mine] = await Promise.all([
    lastSeq === 0 ? [] : store.messages.find({ conversationId, seq: span }).lean(),
    ids.length === 0 ? [] : store.messages.find({ _id: { $in: ids }, conversationId }, { _id: 1 }).lean(),
    mayRepeat ? store.messages.find({ key: { $in: keys } }).lean() : [],
  ]);
  return { end: end.toSorted(bySeq), knownIds: new Set(known.map(({ _id }) => _id)), mine: mine.toSorted(bySeq) };
}

function bySeq(a: Message, b: Message): number {
  return a.seq - b.seq;
}

/** The messages as they are stored. The machine answers the newest entry of the person, and no other of the list. */
function messagesOf(
  { _id: conversationId, inLanguage, outLanguage }: Conversation,
  fresh: readonly NewEntry[],
  keyOf: (entry: NewEntry) => string,
  { personId, identityId }: Speaker,
  lastSeq: number,
): Message[] {
  const at = new Date();
  const asked = fresh.findLast(isQuestion);
  return fresh.map((entry, index) => {
    const key = keyOf(entry);
    const language = entry.owner === 'user' ? inLanguage : outLanguage;
    return newMessage(at, {
      _id: derivedId('msg', at, key),
      conversationId,
      seq: lastSeq + 1 + index,
      key,
      role: entry.owner === 'user' ? 'user' : 'agent',
      chatId: apiChatKey(personId),
      ...(identityId ? { identityId } : {}),
      origin: 'api',
      ...(entry.topic ? { topic: entry.topic } : {}),
      ...(language ? { language } : {}),
      text: entry.text,
      attachments: entry.attachments,
      answer: entry === asked ? 'wanted' : 'none',
    });
  });
}

/** Whether the machine is to answer it: what it is told to be it only remembers. */
function isQuestion({ owner, topic, text, attachments }: NewEntry): boolean {
  return owner === 'user' && topic !== 'instruction' && (text.trim() !== '' || attachments.length > 0);
}

function settingsChange(settings: Settings) {
  const isChange = Object.keys(settings).length > 0;
  return { $set: { ...settings, workAt: new Date() }, ...(isChange ? { $inc: { version: 1 } } : {}) };
}
