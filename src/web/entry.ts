/** What the chat page is told: entries of the conversation, and events that change what it shows. Nothing here imports more than words. */
import type { AnswerState, MessageRole, TurnState } from '../conversation.ts';

/** One thing that the page shows in its place: a message, or a command (role `user`) and what it answered. */
export interface ChatEntry {
  id: string;
  /** Its place among the messages; notices have none. */
  seq?: number;
  kind: 'message' | 'notice';
  role: MessageRole;
  text: string;
  /** The channel on which it was said. */
  app: string;
  createdAt: string;
  isEdited?: boolean;
  isDeleted?: boolean;
  /** What became of a message that was said to us. */
  answer?: AnswerState;
  /** The id that the page gave to a message which it sent: so it knows its own again. */
  externalId?: string;
  /** The turn that made this answer: so it takes the place of the text that was streamed. */
  turnId?: string;
}

/** The newest part of a conversation, or an older one; `conversation` is null before the first message. */
export interface ChatHistory {
  conversation: { id: string; title: string | null } | null;
  /** Oldest first. */
  entries: ChatEntry[];
  hasMore: boolean;
}

/**
 * Something happened. Events may be lost: the page reads the history again whenever its stream begins anew.
 *
 * `delta.offset` is where its text begins in the answer so far. `restart` empties that answer. `edit` carries the
 * whole entry as it is now. `active`: another conversation is the person's active one, or its title changed.
 */
export type ChatEvent =
  | { type: 'entry'; entry: ChatEntry }
  | { type: 'edit'; entry: ChatEntry }
  | { type: 'typing'; turnId: string }
  | { type: 'delta'; turnId: string; text: string; offset: number }
  | { type: 'restart'; turnId: string }
  | { type: 'turn'; turnId: string; state: TurnState }
  | { type: 'active'; conversationId: string };
