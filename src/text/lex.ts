/**
 * Markdown to marked's tokens, in a time that the writer cannot stretch.
 *
 * marked is linear for what people and models write, but not for everything: 100,000 times `a*`, a table of a
 * thousand columns by a thousand rows or a thousand nested quotes take seconds or overflow the stack. Each has a
 * bound here, far above anything meant to be read; past it the text is kept and its markup is not interpreted.
 */
import { Marked, type Token, Tokenizer, type Tokens } from 'marked';

/** Containers on one line: quotes in quotes in list items; and how far to the right one may stand. */
const MAX_NESTING = 24;
const MAX_INDENT = 200;
const MAX_TABLE_CELLS = 20_000;
/** Characters times markup characters, summed over the paragraphs: what the worst of them may cost. */
const MAX_EFFORT = 200_000_000;

/** Formulas as models write them: `\\( \\)`, `\\[ \\]` and `$$ $$`. Their stars and underscores are not Markdown's. */
const FORMULA = /^(?:\\\(.{1,500}?\\\)|\\\[[^]{1,2000}?\\\]|\$\$[^]{1,2000}?\$\$)/;

const marked = new Marked({
  extensions: [
    {
      name: 'formula',
      level: 'inline',
      start: (source) => source.search(/\\[([]|\$\$/),
      tokenizer(source) {
        const [raw] = FORMULA.exec(source) ?? [];
        return raw === undefined ? undefined : { type: 'formula', raw, text: raw };
      },
    },
  ],
  tokenizer: {
    table(source) {
      const [header = '', rule = '', ...lines] = tableSource(source).split('\n');
      const columns = cellCount(header);
      const more = Math.max(0, ...lines.map(cellCount)) - columns;
      if ((columns + Math.max(0, more)) * lines.length > MAX_TABLE_CELLS) return undefined;
      return more > 0 ? widenedTable(this, source, [header, rule], more) : false;
    },
  },
});

/** The block tokens of a text, with their inline tokens in them. */
export function lex(markdown: string): Token[] {
  if (isTooNested(markdown)) return [plainParagraph(markdown)];
  const lexer = new marked.Lexer(marked.defaults);
  lexer.blockTokens(markdown, lexer.tokens);
  let effortLeft = MAX_EFFORT;
  for (const { src, tokens } of lexer.inlineQueue) {
    const effort = src.length * markupCount(src);
    if (effort > effortLeft) {
      tokens.push({ type: 'text', raw: src, text: src });
      continue;
    }
    effortLeft -= effort;
    lexer.inlineTokens(src, tokens);
  }
  return lexer.tokens;
}

function plainParagraph(text: string): Token {
  return { type: 'paragraph', raw: text, text, tokens: [{ type: 'text', raw: text, text }] };
}

/** Deep nesting is either many markers on one line or a marker far to the right. */
function isTooNested(markdown: string): boolean {
  for (const [markers] of markdown.matchAll(/^[ \t]*(?:(?:>|[-+*]|\d{1,9}[.)])[ \t]*)+/gm)) {
    const nesting = markers.match(/>|[-+*]|\d+[.)]/g)?.length ?? 0;
    if (nesting > MAX_NESTING || markers.search(/\S/) > MAX_INDENT) return true;
  }
  return false;
}

function markupCount(source: string): number {
  return source.match(/[*_~`[\]<!&@:$\\]/g)?.length ?? 0;
}

/** As far as a table that begins here can go. */
function tableSource(source: string): string {
  const end = source.search(/\n[ \t]*\n/);
  return end < 0 ? source : source.slice(0, end);
}

function cellCount(line: string): number {
  const inner = line
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '');
  return (inner.match(/(?<=(?<!\\)(?:\\\\)*)\|/g)?.length ?? 0) + 1;
}

/** GFM drops what a row has more than the header (`a || b` in a cell is enough), so the header gets as many columns. */
function widenedTable(
  tokenizer: Tokenizer,
  source: string,
  [header, rule]: [string, string],
  more: number,
): Tokens.Table | undefined {
  const queued = tokenizer.lexer.inlineQueue.length;
  const { raw } = Tokenizer.prototype.table.call(tokenizer, source) ?? {};
  tokenizer.lexer.inlineQueue.length = queued;
  if (raw === undefined) return undefined;
  const body = raw.split('\n').slice(2);
  const wide = [withoutEnd(header) + ' | '.repeat(more) + '|', withoutEnd(rule) + '|---'.repeat(more), ...body].join(
    '\n',
  );
  const token = Tokenizer.prototype.table.call(tokenizer, wide);
  return token && { ...token, raw };
}

function withoutEnd(line: string): string {
  return line.trimEnd().replace(/(?<!\\)\|$/, '');
}
