/** Tables with rows that have more cells than their header. GFM drops those cells, and with them what was said. */
import { Tokenizer, type Tokens } from 'marked';

/** marked makes columns times rows of cells, however few are written. */
const MAX_CELLS = 20_000;

/**
 * The table at the beginning of the source, as wide as its widest row; without any cell when it is too big.
 * `undefined`: there is none. `false`: it is as GFM wants it, and marked may read it.
 */
export function tokenizeTable(tokenizer: Tokenizer, source: string): Tokens.Table | false | undefined {
  const columns = columnsOf(source);
  const [raw] = columns > 0 ? (tokenizer.rules.block.table.exec(source) ?? []) : [];
  if (raw === undefined) return undefined;
  const rows = raw.trimEnd().split('\n').slice(2);
  const width = rows.reduce((most, row) => Math.max(most, cellCount(withCodeKept(row, columns))), columns);
  // To say that there is no table would have it read again from its next line on, and so on.
  if (width * rows.length > MAX_CELLS) return { type: 'table', raw, align: [], header: [], rows: [] };
  return rows.some((row) => cellCount(row) > columns) ? readWide(tokenizer, raw, columns, width) : false;
}

/** A header and a rule of as many cells make a table; anything else would be read to its end in vain. */
function columnsOf(source: string): number {
  const [header = '', rule = ''] = source.split('\n', 2);
  const columns = cellCount(header);
  return /^[ \t|:-]+$/.test(rule) && cellCount(rule) === columns ? columns : 0;
}

function readWide(tokenizer: Tokenizer, raw: string, columns: number, width: number): Tokens.Table | undefined {
  const [header = '', rule = '', ...rows] = raw.split('\n');
  const wide = [
    `${withoutEnd(header)}${' | '.repeat(width - columns)}|`,
    `${withoutEnd(rule)}${'|---'.repeat(width - columns)}`,
    ...rows.map((row) => withCodeKept(row, columns)),
  ];
  const table = Tokenizer.prototype.table.call(tokenizer, wide.join('\n'));
  return table && { ...table, raw: raw.trimEnd() };
}

/** In a row that has too many cells, bars within code were not meant to part any. */
function withCodeKept(row: string, columns: number): string {
  if (cellCount(row) <= columns) return row;
  return row.replace(/`[^`]+`/g, (code) => code.replace(/(?<!\\)\|/g, '\\|'));
}

function cellCount(row: string): number {
  const bars = withoutEnd(row)
    .trimStart()
    .replace(/^\|/, '')
    .match(/(?<=(?<!\\)(?:\\\\)*)\|/g);
  return (bars?.length ?? 0) + 1;
}

function withoutEnd(row: string): string {
  return row.trimEnd().replace(/(?<!\\)\|$/, '');
}
