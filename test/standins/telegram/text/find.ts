/** What Telegram finds by itself in a text that came without formatting. */
import type { MessageEntity } from 'grammy/types';

const PATTERNS: readonly [type: 'bot_command' | 'mention' | 'hashtag' | 'url', pattern: RegExp][] = [
  ['bot_command', /(?<![\w/>])\/[a-z0-9_]{1,64}(?:@\w{3,32})?(?![\w/])/gi],
  ['mention', /(?<![\w/@])@\w{3,32}(?![\w@])/g],
  ['hashtag', /(?<![\w&])#[\p{L}\p{N}_]{1,256}/gu],
  ['url', /\bhttps?:\/\/[^\s<>"]+[^\s<>".,;:!?)]/gi],
];

/** The commands, mentions, hashtags and addresses of a text, in the order of their places. */
export function findEntities(text: string): MessageEntity[] {
  const found = PATTERNS.flatMap(([type, pattern]) =>
    [...text.matchAll(pattern)].map((match) => ({ type, offset: match.index, length: match[0].length })),
  );
  // A longer one that began earlier covers those within it, as `@name` in `/command@name`.
  return found
    .sort((a, b) => a.offset - b.offset || b.length - a.length)
    .filter((one, i, all) => !all.slice(0, i).some((other) => other.offset + other.length > one.offset));
}
