/**
 * Markdown to Telegram's HTML, in parts that Telegram takes.
 *
 * What Telegram says no to would lose an answer, and what it ignores would lose its meaning, so both are settled
 * here: only its own tags, nested only as it allows, and never more of them than it counts.
 */
import { formatParts } from '#src/text/parts.ts';
import type { Renderer } from '#src/text/render.ts';
import type { Mark } from '#src/text/rich.ts';

/** Bounds of one message: visible UTF-16 units; entities, of which Telegram ignores all beyond a hundred; and the
 * length of link addresses, because about 9,500 bytes of entities are refused ("Entities_too_long"). */
const LIMIT = [4096, 100, 6000];
const MAX_HREF = 2000;

const TAGS = { bold: 'b', heading: 'b', italic: 'i', strike: 's', code: 'code', quote: 'blockquote' } as const;

const telegram: Renderer = {
  limit: LIMIT,
  fit,
  canLink,
  open(mark) {
    if (mark.kind === 'link') return `<a href="${escapeAttribute(mark.href)}">`;
    if (mark.kind !== 'fence') return `<${TAGS[mark.kind]}>`;
    return hasLanguage(mark.language) ? `<pre><code class="language-${escapeAttribute(mark.language)}">` : '<pre>';
  },
  close(mark) {
    if (mark.kind === 'link') return '</a>';
    if (mark.kind !== 'fence') return `</${TAGS[mark.kind]}>`;
    return hasLanguage(mark.language) ? '</code></pre>' : '</pre>';
  },
  text: escape,
  markSize: (mark) => [0, 1, mark.kind === 'link' ? mark.href.length : 0],
  textSize: (text) => [text.length, 0, 0],
};

/**
 * The Markdown as texts for `parse_mode: HTML`, in order; none when there is nothing to see.
 * Each is at most 4,096 UTF-16 units long when parsed. HTML in the Markdown is shown, never interpreted.
 */
export function formatTelegram(markdown: string): string[] {
  return formatParts(markdown, telegram);
}

/** Code holds no other formatting and stands in a quote at most; a link keeps its address rather than its code. */
function fit(marks: readonly Mark[]): readonly Mark[] {
  const link = marks.find((mark) => mark.kind === 'link');
  const alone = marks.find((mark) => mark.kind === 'fence' || mark.kind === 'code');
  if (alone && !link) return marks.filter((mark) => mark === alone || mark.kind === 'quote');
  const seen = new Set<string>();
  return marks.filter((mark) => {
    if (mark === alone || (mark.kind !== 'link' && seen.has(TAGS[mark.kind as keyof typeof TAGS]))) return false;
    if (mark.kind !== 'link') seen.add(TAGS[mark.kind as keyof typeof TAGS]);
    return true;
  });
}

/**
 * Telegram drops, without a word, links that it does not follow: other schemes (`mailto:` too) and hosts without a
 * dot. A `tg://user` link would notify somebody whom nobody named.
 */
function canLink(href: string): boolean {
  if (href.length > MAX_HREF || !URL.canParse(href)) return false;
  const url = new URL(href);
  if (url.protocol === 'tg:') return !/^tg:(\/\/)?user\b/i.test(href);
  return (url.protocol === 'http:' || url.protocol === 'https:') && /[.:]/.test(url.hostname);
}

function hasLanguage(language: string): boolean {
  return /^[\w+#.-]{1,32}$/.test(language);
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function escapeAttribute(value: string): string {
  return escape(value).replaceAll('"', '&quot;');
}
