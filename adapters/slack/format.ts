/**
 * Markdown to the Markdown of Slack's `markdown` block, in parts that Slack takes.
 *
 * It is read and written anew, for three reasons: what is cut must be well formed on both sides; Slack reads its own
 * `<!here>`, `<@U1>` and `<url|label>` in that block too, so nothing of that kind may be left in it; and a label must
 * not pass for an address that it does not lead to. Lists and tables come as lines of text, as in the other apps.
 */
import { blocksOf } from '#src/text/blocks.ts';
import { isBlank, normalizeText } from '#src/text/normalize.ts';
import { render } from '#src/text/render.ts';
import type { Renderer } from '#src/text/render.ts';
import { textOf } from '#src/text/rich.ts';
import type { Block, Mark, Run } from '#src/text/rich.ts';
import { split } from '#src/text/split.ts';
import { canLink, withHonestLinks } from './links.ts';

/**
 * Slack takes 12,000 characters (docs.slack.dev/reference/block-kit/blocks/markdown-block). Some are left over: where
 * a text is cut decides whether a sign at its end needs a backslash.
 */
const LIMIT = 11_950;

/** Emphasis by what stands on both sides of it; the rest is written with its text. */
const SIGNS: Partial<Record<Mark['kind'], string>> = { bold: '**', heading: '**', italic: '*', strike: '~~' };

const slack: Renderer = {
  limit: [LIMIT],
  fit,
  canLink,
  open: (mark) => (mark.kind === 'link' ? '[' : mark.kind === 'quote' ? '> ' : (SIGNS[mark.kind] ?? '')),
  close: (mark) =>
    mark.kind === 'link' ? `](${hrefOf(mark.href)})` : mark.kind === 'quote' ? '\n' : (SIGNS[mark.kind] ?? ''),
  text: write,
  markSize: (mark) => [slack.open(mark).length + slack.close(mark).length],
  textSize: (text, marks) => [write(text, marks).length],
};

/**
 * The Markdown as texts for one `markdown` block each, in order; none when there is nothing to see. Each is at most
 * 12,000 UTF-16 units long. Pure.
 */
export function formatSlack(markdown: string): string[] {
  const text = normalizeText(markdown);
  if (isBlank(text)) return [];
  const blocks = withHonestLinks(blocksOf(text, canLink));
  const parts = split(blocks.length > 0 ? blocks : [asWritten(text)], slack);
  return parts.filter((runs) => !isBlank(textOf(runs))).map((runs) => render(runs, slack).trim());
}

/** Markdown that stands for nothing (`**`, an empty fence) is shown as it was written. */
function asWritten(text: string): Block {
  return { gap: '', runs: [{ text, marks: [] } satisfies Run], kind: 'prose', leadsIn: false };
}

/** Nothing stands in code; code that is a link keeps its address. A fence is in no quote, and no sign occurs twice. */
function fit(marks: readonly Mark[]): readonly Mark[] {
  const fence = marks.find(({ kind }) => kind === 'fence');
  if (fence) return [fence];
  const signOf = ({ kind }: Mark) => SIGNS[kind] ?? kind;
  return marks.filter((mark, index) => marks.findIndex((other) => signOf(other) === signOf(mark)) === index);
}

/** An address that cannot end its brackets. */
function hrefOf(href: string): string {
  return href.replaceAll(/[\s<>()|\\]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The text as it must stand within these marks. */
function write(text: string, marks: readonly Mark[]): string {
  const fence = marks.find((mark) => mark.kind === 'fence');
  if (fence) return writeFence(text, fence.language);
  const written = marks.some(({ kind }) => kind === 'code') ? writeCode(text) : writeProse(text);
  return marks.some(({ kind }) => kind === 'quote') ? written.replaceAll('\n', '\n> ') : written;
}

/**
 * Angle brackets as entities, and what would be read as an entity. Slack shows them as they were meant, and reads
 * nothing into them (measured in github.com/PostHog/posthog/pull/95054).
 */
function harmless(text: string): string {
  return text
    .replaceAll(/&(?=#?\w{1,32};)/g, '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

function longestTicks(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((ticks) => ticks.length));
}

/** What Slack colours code by; other words after a fence are not a language's name. */
function writeFence(text: string, language: string): string {
  const ticks = '`'.repeat(Math.max(3, longestTicks(text) + 1));
  const name = /^[\w+#.-]{1,32}$/.test(language) ? language : '';
  return `${ticks}${name}\n${harmless(text)}\n${ticks}`;
}

function writeCode(text: string): string {
  const ticks = '`'.repeat(longestTicks(text) + 1);
  const room = /^`|`$|^ .* $/s.test(text) ? ' ' : '';
  return `${ticks}${room}${harmless(text)}${room}${ticks}`;
}

/**
 * Words that are to be seen as they are. Signs within words mean nothing, at the head of a line they may; line ends
 * are told from those that Markdown passes over, and blanks before a line from those that make it code.
 */
function writeProse(text: string): string {
  return harmless(text)
    .replaceAll(/[\\`*[\]]|~(?=~)|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, String.raw`\$&`)
    .replaceAll(/^(\s*)(#{1,6}(?=\s|$)|[-+](?=\s|$)|[-=]{2,}(?=\s*$)|\|)/gm, String.raw`$1\$2`)
    .replaceAll(/^(\s*\d{1,9})([.)](?=\s|$))/gm, String.raw`$1\$2`)
    .replaceAll(/(?<=^|\n) {2,}/g, (blanks) => '\u00A0'.repeat(blanks.length))
    .replaceAll(/(?<!\n)\n(?!\n)/g, '  \n');
}
