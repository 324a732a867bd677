/** What a message says in words, as a person reads it: Discord writes people, channels and times as numbers. */
import { normalizeText } from '#src/text/normalize.ts';
import { nameOf } from './people.ts';
import type { DiscordContent } from './schema.ts';

/** Names that the message does not bring itself, by id. */
export type Names = Readonly<Record<string, string>>;

/** `<@id>` `<@!id>` `<@&id>` `<#id>` `<:name:id>` `<a:name:id>` `</name:id>` `<t:seconds:style>` */
const NOTATION = /<(@!?|@&|#)(\d+)>|<a?:(\w+):\d+>|<(\/[^:>]+):\d+>|<t:(-?\d{1,13})(?::\w)?>/g;

/** Who or what a notation names. */
interface Named {
  sign: string;
  id: string;
}

function shown({ sign, id }: Named, { mentions }: DiscordContent, names: Names): string {
  const known = names[id];
  if (sign === '#') return `#${known ?? 'channel'}`;
  if (sign === '@&') return `@${known ?? 'role'}`;
  const user = mentions.find((one) => one.id === id);
  return `@${(user && nameOf(user, user.member)) || 'someone'}`;
}

/** A time as it is written everywhere; each reader's own on Discord. */
function timeIn(seconds: string): string {
  const time = new Date(Number(seconds) * 1000);
  return Number.isNaN(time.getTime()) ? '' : `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** The text with everything that Discord writes as a number in words. `isOurs`: what to take out, it is us. */
export function inWords(
  content: DiscordContent,
  names: Names,
  isOurs: (sign: string, id: string) => boolean = () => false,
): string {
  // What is taken out is marked by a character that no text has after `normalizeText`.
  const text = normalizeText(content.content).replaceAll(
    NOTATION,
    (whole, sign?: string, id = '', emoji?: string, command?: string, seconds?: string) => {
      if (sign !== undefined) return isOurs(sign, id) ? '\u0000' : shown({ sign, id }, content, names);
      if (emoji !== undefined) return `:${emoji}:`;
      return command ?? (timeIn(seconds ?? '') || whole);
    },
  );
  return withoutMarks(text);
}

// oxlint-disable no-control-regex
const MARKED_HEAD = /^(?:\s*\u0000(?:\s|[,:](?=\s))*)+/;
const MARKED = /[^\S\n]?\u0000/g;
// oxlint-enable no-control-regex

/** Takes the marks out, without leaving a double blank or a comma alone at the head. */
function withoutMarks(text: string): string {
  return text.replace(MARKED_HEAD, '').replaceAll(MARKED, '').trim();
}

const bullets = (items: readonly string[]) => items.map((text) => `- ${text}`).join('\n');

/** What else a message says that has no text of its own: a poll. */
export function pollInWords({ poll }: DiscordContent): string {
  if (!poll) return '';
  return normalizeText(
    `${poll.question.text}\n${bullets(poll.answers.map(({ poll_media: { text, emoji } }) => text || emoji?.name || ''))}`,
  );
}

/** What others said in words, or, where they have none, in the cards that bots make. */
export function saidInWords(content: DiscordContent, names: Names): string {
  const text = inWords(content, names);
  if (text !== '') return text;
  const lines = content.embeds.flatMap(({ type, title, description, fields }) =>
    type === 'rich' ? [title, description, ...fields.map(({ name, value }) => `${name}: ${value}`)] : [],
  );
  return normalizeText(lines.filter(Boolean).join('\n'));
}
