/** A table as lines of characters of one width. */
import type { Tokens } from 'marked';

import { inlineRuns } from './inline.ts';
import { textOf } from './rich.ts';

/** No column is filled up beyond this: one long cell would make every line of it long. */
const MAX_COLUMN = 40;

const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\uff01-\uff60\u3000-\u303f]|\p{Emoji_Presentation}/u;
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * The lines of a table: its header, a rule, and a line for each row, with the columns below each other. One that was
 * too big to be read into cells stays as it was written.
 */
export function tableText(table: Tokens.Table): string {
  if (table.header.length === 0) return table.raw.trimEnd();
  const rows = [table.header, ...table.rows].map((cells) => cells.map(cellText));
  const widths = table.header.map((_, column) =>
    Math.min(MAX_COLUMN, Math.max(1, ...rows.map((row) => columnsOf(row[column] ?? '')))),
  );
  const lines = rows.map((row) => row.map((cell, column) => fill(cell, widths[column] ?? 0, table.align[column])));
  lines.splice(
    1,
    0,
    widths.map((width) => '─'.repeat(width)),
  );
  return lines.map((cells, line) => cells.join(line === 1 ? '─┼─' : ' │ ').trimEnd()).join('\n');
}

function cellText(cell: Tokens.TableCell): string {
  return textOf(inlineRuns(cell.tokens, [], () => false))
    .replace(/\s+/g, ' ')
    .trim();
}

function fill(text: string, width: number, align: Tokens.Table['align'][number] | undefined): string {
  const missing = Math.max(0, width - columnsOf(text));
  const left = align === 'right' ? missing : align === 'center' ? Math.floor(missing / 2) : 0;
  return ' '.repeat(left) + text + ' '.repeat(missing - left);
}

/** How many columns a text takes where Chinese, Japanese, Korean and emoji take two. */
function columnsOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let columns = 0;
  for (const { segment } of graphemes.segment(text)) columns += WIDE.test(segment) ? 2 : 1;
  return columns;
}
