/**
 * The ids of our own messages. WhatsApp lets the sender choose them, so ours follow from the part's key: known before
 * the send, the same at each try, and told from anybody else's at any time by whoever looks, without a list.
 */
import { createHash } from 'node:crypto';

/** Of a linked browser's message, followed by nine bytes: https://github.com/tulir/whatsmeow (GenerateMessageID). */
const PREFIX = '3EB0';
const HEAD_DIGITS = 12;
const CHECK_DIGITS = 6;

function digest(text: string, digits: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits).toUpperCase();
}

/** The id of the message that says this part. */
export function messageIdOf(key: string): string {
  const head = digest(`part ${key}`, HEAD_DIGITS);
  return `${PREFIX}${head}${digest(`pantheon ${head}`, CHECK_DIGITS)}`;
}

/** Whether a message of the account was said by us, and not by its human. */
export function isOurs(messageId: string): boolean {
  const head = messageId.slice(PREFIX.length, PREFIX.length + HEAD_DIGITS);
  return messageId === `${PREFIX}${head}${digest(`pantheon ${head}`, CHECK_DIGITS)}`;
}

/**
 * How a message is named to the core. In a group the author belongs to it: an id is only unique among one author's,
 * and whoever copied another's id would else be taken for them.
 */
export function externalIdOf(messageId: string, author?: string): string {
  return author === undefined ? messageId : `${messageId}:${author}`;
}

/** WhatsApp's own part of that name. */
export function messageIdIn(externalId: string): string {
  return externalId.split(':', 1)[0] ?? externalId;
}
