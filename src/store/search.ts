/** What a search looks at: an entry beside each stored text. */
import { wordsOf } from '../text/words.ts';
import type { Conversation } from './conversations.ts';
import type { Message } from './messages.ts';
import type { Models } from './models.ts';
import type { SearchEntry } from './records.ts';
import { insert, type InsertWrite, update, type Write } from './write.ts';

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
  const { _id: messageId, conversationId, createdAt, text } = message;
  const place = { conversationId, messageId, ...(personId ? { personId } : {}) };
  return insert<SearchEntry>(models.searchEntries, {
    _id: searchEntryId(messageId),
    ...place,
    at: createdAt,
    words: wordsOf(text),
  });
}

/** The message has another text, or none any more. */
export function messageEntryChange(models: Pick<Models, 'searchEntries'>, messageId: string, text: string): Write {
  return update(models.searchEntries, { _id: searchEntryId(messageId) }, { $set: { words: wordsOf(text) } });
}

/** Makes a conversation findable by its title. */
export function titleEntry(
  models: Pick<Models, 'searchEntries'>,
  { _id, personId, title }: Pick<Conversation, '_id' | 'personId' | 'title'>,
): Write {
  const change = {
    conversationId: _id,
    words: wordsOf(title ?? ''),
    at: new Date(),
    ...(personId ? { personId } : {}),
  };
  return update(models.searchEntries, { _id: searchEntryId(_id) }, { $set: change }, { upsert: true });
}
