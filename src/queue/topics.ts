/** The topics of live events, and what is said on the one that only workers hear. */

/** What happens in one conversation (`LiveEvent`). */
export const conversationTopic = (conversationId: string): string => `conversation:${conversationId}`;

/** What changes for one person (`LiveEvent`, type `active`). */
export const personTopic = (personId: string): string => `person:${personId}`;

/** "This conversation's inbox has moved": whoever makes an answer in it looks whether it still holds. */
export const INBOX_TOPIC = 'inbox';

/** An inbox moved, and by what. */
export interface InboxEvent {
  conversationId: string;
  what: 'message' | 'edit' | 'deletion' | 'stop';
  chatId?: string;
  messageId?: string;
}

/** "An admin wants something else of a channel": whoever holds connections looks what. */
export const CHANNELS_TOPIC = 'channels';
