/** What a message says in words, whatever kind of message it is. */
import type { TelegramEntity, TelegramMessage } from './schema.ts';

/** The words of a message, with the places of mentions and commands in them. */
export interface Words {
  text: string;
  entities: TelegramEntity[];
}

const bullets = (items: { text: string }[]) => items.map(({ text }) => `- ${text}`).join('\n');

/** The words inside a rich message: its blocks nest freely, and each piece of text is under `text`. */
function richText(node: unknown): string {
  if (typeof node === 'string') return node;
  if (Array.isArray(node)) return node.map(richText).join('');
  if (typeof node !== 'object' || node === null) return '';
  const { text, ...others } = node as Record<string, unknown>;
  const inner = Object.values(others).filter((value) => typeof value === 'object');
  return [richText(text), ...inner.map(richText)].filter((part) => part !== '').join('\n');
}

/** Kinds of messages without a text of their own, told in words: somebody said them and waits for an answer. */
function inWords(message: TelegramMessage): string {
  const { poll, checklist, dice, game, story, paid_media, rich_message } = message;
  if (poll) return `${poll.question}\n${bullets(poll.options)}`;
  if (checklist) return `${checklist.title}\n${bullets(checklist.tasks)}`;
  if (dice) return `${dice.emoji} ${dice.value}`;
  if (game) return `[game: ${game.title}]`;
  if (story) return '[story]';
  if (paid_media) return '[paid media]';
  return (rich_message?.blocks ?? []).map(richText).join('\n\n');
}

/** The text, the caption, or what else a message says; empty when it has no words. */
export function readWords(message: TelegramMessage): Words {
  if (message.text !== undefined) return { text: message.text, entities: message.entities ?? [] };
  if (message.caption !== undefined) return { text: message.caption, entities: message.caption_entities ?? [] };
  return { text: inWords(message), entities: [] };
}
