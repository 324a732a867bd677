import { Schema } from 'mongoose';

/** The words of a stored text, or of a conversation's title: what a search looks at. Its id follows from the text's. */
export interface SearchEntry {
  _id: string;
  /** Absent: a group's. */
  personId?: string;
  conversationId: string;
  /** Absent: the conversation's title. */
  messageId?: string;
  at: Date;
  /** Folded and distinct; empty once the message was taken back. */
  words: string[];
}

export const searchEntrySchema = new Schema<SearchEntry>({
  _id: { type: String, required: true },
  personId: String,
  conversationId: { type: String, required: true },
  messageId: String,
  at: { type: Date, required: true },
  words: { type: [String], required: true },
});
searchEntrySchema.index({ words: 1, personId: 1, at: -1 });
