/**
 * Markdown to WhatsApp's own signs, in parts that WhatsApp takes: https://faq.whatsapp.com/539178204879377
 *
 * There is no way to escape a sign, so one that stands in a text may be taken for markup, as people know it from there.
 */
import { formatParts } from '#src/text/parts.ts';
import type { Renderer } from '#src/text/render.ts';
import type { Mark } from '#src/text/rich.ts';

/** In UTF-16 units, markup included: mautrix-whatsapp's capabilities.go; no page of WhatsApp tells. */
const LIMIT = [65_536];

const SIGNS: Record<Exclude<Mark['kind'], 'quote' | 'link'>, string> = {
  bold: '*',
  heading: '*',
  italic: '_',
  strike: '~',
  code: '`',
  fence: '```',
};
const QUOTE = '> ';

/** Between backticks, so that they end nothing; it has no width. */
const NOTHING = '\u200b';

const whatsapp: Renderer = {
  limit: LIMIT,
  fit,
  canLink: () => false,
  open: (mark) => (mark.kind === 'quote' ? QUOTE : signOf(mark)),
  close: (mark) => (mark.kind === 'quote' ? '' : signOf(mark)),
  text: written,
  markSize: (mark) => [mark.kind === 'quote' ? QUOTE.length : 2 * signOf(mark).length],
  textSize: (text, marks) => [written(text, marks).length],
};

/** The Markdown as texts of at most 65,536 characters, in order; none when there is nothing to see. Pure. */
export function formatWhatsapp(markdown: string): string[] {
  return formatParts(markdown, whatsapp);
}

function signOf({ kind }: Mark): string {
  return kind === 'quote' || kind === 'link' ? '' : SIGNS[kind];
}

/** In code there is nothing else; the same sign twice would end itself. */
function fit(marks: readonly Mark[]): readonly Mark[] {
  const code = marks.find(({ kind }) => kind === 'fence' || kind === 'code');
  if (code) return marks.filter((mark) => mark === code || (mark.kind === 'quote' && code.kind === 'code'));
  const seen = (mark: Mark) => (mark.kind === 'quote' ? QUOTE : signOf(mark));
  return marks.filter(
    (mark, index) => mark.kind !== 'link' && marks.findIndex((other) => seen(other) === seen(mark)) === index,
  );
}

function written(text: string, marks: readonly Mark[]): string {
  const isCode = marks.some(({ kind }) => kind === 'fence' || kind === 'code');
  const own = isCode ? text.replaceAll(/`(?=`)|`$/g, `\`${NOTHING}`) : text;
  return marks.some(({ kind }) => kind === 'quote') ? own.replaceAll('\n', `\n${QUOTE}`) : own;
}
