/** Where the chat page reads from; `main` connects it with the store. */
import type { Visitor } from '../channel.ts';
import type { ChatEvent, ChatHistory } from './entry.ts';

/** Which part of the history is wanted: the entries older than the message with the place `before`, else the newest. */
export interface HistoryOptions {
  before?: number;
  limit?: number;
}

/** What the page asks of the store. A visitor sees their own active conversation and nothing else. */
export interface ChatSource {
  /** Where `hasMore` is true, at least one entry is a message, so that the page can ask for what is older. */
  history(visitor: Visitor, options?: HistoryOptions): Promise<ChatHistory>;

  /**
   * Calls back with each live event until `signal` is aborted. Resolves when it follows: what is stored after that
   * is called back or is in a history read after it. `onEvent` does not throw and may be called after the abort.
   */
  follow(visitor: Visitor, onEvent: (event: ChatEvent) => void, signal: AbortSignal): Promise<void>;
}
