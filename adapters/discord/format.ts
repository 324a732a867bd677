/**
 * Markdown to Discord's own, in parts that Discord takes.
 *
 * Discord reads Markdown of a kind: what stands in a text and means something to it alone is escaped, so that people
 * see what the model wrote, and nothing in it names a person, a time or an emoji that nobody meant.
 */
import { formatParts } from '#src/text/parts.ts';
import type { Renderer } from '#src/text/render.ts';
import type { Mark } from '#src/text/rich.ts';
import { HEADING_DEPTHS, HINTS, settle } from './markup.ts';

/** In UTF-16 units, markup included. Discord counts 2,000 characters, of which none is more than one unit shorter. */
const LIMIT = [2000];
const MAX_HREF = 1000;

const SIGNS: Record<'bold' | 'italic' | 'strike', string> = { bold: '**', italic: '*', strike: '~~' };
/** What a mark adds where its way of writing is settled later: the longest of its ways. */
const CODE_SIZE = 6;
const HEADING_SIZE = 4;

const discord: Renderer = {
  limit: LIMIT,
  fit,
  canLink,
  open(mark) {
    switch (mark.kind) {
      case 'heading':
        return mark.depth > HEADING_DEPTHS ? SIGNS.bold : `${HINTS.heading}${mark.depth}`;
      case 'code':
        return HINTS.code;
      case 'fence':
        return `\`\`\`${languageOf(mark)}\n`;
      case 'link':
        return HINTS.link;
      case 'quote':
        return '> ';
      default:
        return SIGNS[mark.kind];
    }
  },
  close(mark) {
    switch (mark.kind) {
      case 'heading':
        return mark.depth > HEADING_DEPTHS ? SIGNS.bold : HINTS.headingEnd;
      case 'code':
        return HINTS.codeEnd;
      case 'fence':
        return '\n```';
      case 'link':
        return `${HINTS.linkTo}${addressOf(mark.href)}${HINTS.linkEnd}`;
      case 'quote':
        return '';
      default:
        return SIGNS[mark.kind];
    }
  },
  text: written,
  markSize: (mark) => [sizeOf(mark)],
  textSize: (text, marks) => [written(text, marks).length],
};

/** The Markdown as texts of at most 2,000 characters, in order; none when there is nothing to see. Pure. */
export function formatDiscord(markdown: string): string[] {
  return formatParts(markdown, discord).map(settle);
}

function sizeOf(mark: Mark): number {
  switch (mark.kind) {
    case 'heading':
      return HEADING_SIZE;
    case 'code':
      return CODE_SIZE;
    case 'fence':
      return '```\n\n```'.length + languageOf(mark).length;
    case 'link':
      return '[](<>)'.length + addressOf(mark.href).length;
    case 'quote':
      return '> '.length;
    default:
      return 2 * SIGNS[mark.kind].length;
  }
}

/** In a block of code there is nothing else, and around it neither; a heading is bold already. */
function fit(marks: readonly Mark[]): readonly Mark[] {
  const fence = marks.find((mark) => mark.kind === 'fence');
  if (fence) return [fence];
  const same = (mark: Mark) => (mark.kind === 'heading' ? 'bold' : mark.kind);
  return marks.filter((mark, index) => marks.findIndex((other) => same(other) === same(mark)) === index);
}

/** Discord makes links of web addresses only. */
function canLink(href: string): boolean {
  if (href.length > MAX_HREF || !URL.canParse(href)) return false;
  const { protocol, username, password } = new URL(href);
  return /^https?:$/.test(protocol) && username === '' && password === '';
}

/** What would end the address too soon, encoded. */
function addressOf(href: string): string {
  return href.replaceAll(/[\s<>]/g, encodeURIComponent);
}

/** What Discord colours code by; other words after a fence are not a language's name. */
function languageOf(mark: Mark): string {
  return mark.kind === 'fence' && /^[\w+#.-]{1,32}$/.test(mark.language) ? mark.language : '';
}

/** Between two backticks, so that they end nothing; it has no width. */
const NOTHING = '\u200b';
const ADDRESS = /(https?:\/\/[^\s<>]+)/;

function written(text: string, marks: readonly Mark[]): string {
  if (marks.some(({ kind }) => kind === 'fence')) return text.replaceAll(/`(?=``)/g, `\`${NOTHING}`);
  const isCode = marks.some(({ kind }) => kind === 'code');
  const own = isCode ? text.replaceAll(/`(?=`)/g, `\`${NOTHING}`) : escape(text);
  return marks.some(({ kind }) => kind === 'quote') ? own.replaceAll('\n', '\n> ') : own;
}

/** Addresses stay as they are: Discord takes the backslash for a part of them. */
function escape(text: string): string {
  return text
    .split(ADDRESS)
    .map((piece, index) => (index % 2 === 1 ? piece : escapeWords(piece)))
    .join('');
}

function escapeWords(text: string): string {
  return text
    .replaceAll(/[\\*_`<[]|\|(?=\|)|(?<=\|)\||~(?=~)|(?<=~)~/g, '\\$&')
    .replaceAll(/^(\s*)(#{1,3}\s|-#\s|>|[-+]\s)/gm, '$1\\$2');
}
