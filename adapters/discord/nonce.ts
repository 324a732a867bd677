/** The keys of our sends, as Discord knows them. */
import { createHash } from 'node:crypto';

/** The longest that Discord takes is 25 characters. */
const LENGTH = 24;

/** The nonce of a part: always the same for the same key. */
export function nonceOf(key: string): string {
  return createHash('sha256').update(key).digest('base64url').slice(0, LENGTH);
}

const REMEMBERED = 5_000;

/** Which of our sends became which message, as far as this process has seen: in answers, and on the gateway. */
export interface Echoes {
  note(nonce: string, messageId: string): void;
  /** The message that a nonce became. */
  messageOf(nonce: string): string | undefined;
  /** The nonce that a message came from. */
  nonceOf(messageId: string): string | undefined;
}

/** Makes the memory, of the last thousands of sends. */
export function createEchoes(): Echoes {
  const messages = new Map<string, string>();
  const nonces = new Map<string, string>();
  return {
    note(nonce, messageId) {
      messages.set(nonce, messageId);
      nonces.set(messageId, nonce);
      if (messages.size <= REMEMBERED) return;
      for (const [oldNonce, oldMessage] of messages) {
        messages.delete(oldNonce);
        nonces.delete(oldMessage);
        break;
      }
    },
    messageOf: (nonce) => messages.get(nonce),
    nonceOf: (messageId) => nonces.get(messageId),
  };
}
