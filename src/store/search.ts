/** What a search looks at: an entry beside each stored text. */
import { wordsOf } from '../text/words.ts';
import type { Conversation } from './conversations.ts';
import type { Message } from './messages.ts';
import type { Models } from './models.ts';
import type { SearchEntry } from './search-entries.ts';
import { insert, type InsertWrite, isDuplicate, update, type Write } from './write.ts';

/** The id of the entry of a message or a title. */
export function searchEntryId(id: string): string {
  return `words:${id}`;
}

/** Makes a new message findable; belongs behind the insert of the message. `personId`: whose conversation it is in. */
export function messageEntry(
  models: Pick<Models, 'searchEntries'>,
  message: Message,
  personId: string | undefined,
): InsertWrite {
  return insert(models.searchEntries, newMessageEntry(message, personId));
}

function newMessageEntry(message: Message, personId: string | undefined): SearchEntry {
  const { _id: messageId, conversationId, createdAt: at, text } = message;
  const place = { conversationId, messageId, ...(personId ? { personId } : {}) };
  return { _id: searchEntryId(messageId), ...place, at, words: wordsOf(text) };
}

/** Makes a message findable that may be so already: one whose writer died in between. */
export function messageEntryOnce(
  models: Pick<Models, 'searchEntries'>,
  message: Message,
  personId: string | undefined,
): Write {
  const { _id, ...entry } = newMessageEntry(message, personId);
  return update(models.searchEntries, { _id }, { $setOnInsert: entry }, { upsert: true });
}

/** The message has another text, or none any more. */
export function messageEntryChange(models: Pick<Models, 'searchEntries'>, messageId: string, text: string): Write {
  return update(models.searchEntries, { _id: searchEntryId(messageId) }, { $set: { words: wordsOf(text) } });
}

/** Makes a conversation findable by its title. */
export function titleEntry(
  models: Pick<Models, 'searchEntries'>,
  conversation: Pick<Conversation, '_id' | 'personId' | 'title'>,
): Write {
  const { _id, ...change } = newTitleEntry(conversation);
  return update(models.searchEntries, { _id }, { $set: change }, { upsert: true });
}

function newTitleEntry({ _id, personId, title }: Pick<Conversation, '_id' | 'personId' | 'title'>): SearchEntry {
  const place = { conversationId: _id, ...(personId ? { personId } : {}) };
  return { _id: searchEntryId(_id), ...place, at: new Date(), words: wordsOf(title ?? '') };
}

/** Makes everything findable that was stored before there was a search. May be repeated. */
export async function indexWords(models: Pick<Models, 'searchEntries' | 'conversations' | 'messages'>): Promise<void> {
  const { searchEntries, conversations, messages } = models;
  for await (const { _id, personId, title } of conversations.find({ goneAt: null }).lean().cursor()) {
    const said = await messages.find({ conversationId: _id, deletedAt: null }).lean();
    const entries = said.map((message) => newMessageEntry(message, personId));
    const titles = title ? [newTitleEntry({ _id, title, ...(personId ? { personId } : {}) })] : [];
    if (entries.length + titles.length === 0) continue;
    // Those that are there already are as they should be.
    await searchEntries.collection
      .insertMany([...entries, ...titles] as never, { ordered: false })
      .catch((error: unknown) => {
        if (!isDuplicate(error)) throw error;
      });
  }
}
