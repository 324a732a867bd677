/**
 * Markdown to Telegram's HTML, in parts that Telegram takes.
 *
 * What Telegram refuses would lose an answer, and what it ignores would lose its meaning, so both are settled here:
 * only its own tags, nested only as it allows, and never more of them than it counts.
 */
import { formatParts } from '#src/text/parts.ts';
import type { Renderer } from '#src/text/render.ts';
import type { Mark } from '#src/text/rich.ts';

/**
 * Of one message: UTF-16 units to be seen; entities, of which all beyond a hundred are ignored; bytes of link
 * addresses, because about 9,500 bytes of entities in all are refused (`Entities_too_long`).
 */
const LIMIT = [4096, 100, 6000];
const MAX_HREF_BYTES = 2000;

const TAGS: Record<Mark['kind'], string> = {
  bold: 'b',
  heading: 'b',
  italic: 'i',
  strike: 's',
  code: 'code',
  quote: 'blockquote',
  link: 'a',
  fence: 'pre',
};

const telegram: Renderer = {
  limit: LIMIT,
  fit,
  canLink,
  open: (mark) => {
    if (mark.kind === 'link') return `<a href="${escape(mark.href)}">`;
    return `<${TAGS[mark.kind]}>${hasLanguage(mark) ? `<code class="language-${mark.language}">` : ''}`;
  },
  close: (mark) => `${hasLanguage(mark) ? '</code>' : ''}</${TAGS[mark.kind]}>`,
  text: escape,
  markSize: (mark) => [0, 1, mark.kind === 'link' ? Buffer.byteLength(mark.href) : 0],
  textSize: (text) => [text.length, 0, 0],
};

/**
 * The Markdown as texts for `parse_mode: HTML`, in order; none when there is nothing to see.
 *
 * Each is at most 4,096 UTF-16 units long once Telegram has parsed it. HTML in the Markdown is shown, never
 * interpreted. Pure.
 */
export function formatTelegram(markdown: string): string[] {
  return formatParts(markdown, telegram);
}

/** Code stands in nothing but a quote, and nothing stands in code. A link keeps its address rather than its code. */
function fit(marks: readonly Mark[]): readonly Mark[] {
  const code = marks.find((mark) => mark.kind === 'fence' || mark.kind === 'code');
  const isLink = marks.some((mark) => mark.kind === 'link');
  if (code && !isLink) return marks.filter((mark) => mark === code || mark.kind === 'quote');
  const others = marks.filter((mark) => mark !== code);
  return others.filter((mark, index) => others.findIndex((other) => TAGS[other.kind] === TAGS[mark.kind]) === index);
}

/**
 * Telegram makes a label without address of a link that it does not follow: other schemes (`mailto:` too), hosts
 * without a dot, logins. A link to `tg://user` would notify somebody whom nobody named.
 */
function canLink(href: string): boolean {
  if (Buffer.byteLength(href) > MAX_HREF_BYTES || !URL.canParse(href)) return false;
  if (/^tg:\/\//i.test(href)) return !/^tg:\/\/user\b/i.test(href);
  const { hostname, username, password } = new URL(href);
  return /^https?:\/\//i.test(href) && /[.:]/.test(hostname) && username === '' && password === '';
}

/** What Telegram colours code by; other words after a fence are not a language's name. */
function hasLanguage(mark: Mark): mark is Mark & { kind: 'fence' } {
  return mark.kind === 'fence' && /^[\w+#.-]{1,32}$/.test(mark.language);
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
