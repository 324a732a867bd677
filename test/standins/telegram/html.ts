/** A text in `parse_mode: HTML`, as the person will see it. */
import type { FormattedText } from './text/formatted.ts';
import { readHtml } from './text/read-html.ts';
import { tidy } from './text/rules.ts';

export type { FormattedText } from './text/formatted.ts';

/** Reads the markup, then puts right what Telegram puts right. Throws the 400 that it answers to bad markup. */
export function parseHtml(html: string): FormattedText {
  return tidy(readHtml(html));
}
