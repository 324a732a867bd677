/**
 * Markdown to marked's tokens, in a time that the writer cannot stretch: past a bound far above anything meant to be
 * read, the text is kept and its markup is not interpreted.
 */
import { type Lexer, Marked, type Token } from 'marked';

import { chunksOf } from './chunks.ts';
import { inlineEffort, isTooNested } from './effort.ts';
import { joinAt } from './seams.ts';
import { tokenizeTable } from './table-rows.ts';

/** The inline effort (effort.ts) that all paragraphs of a text may take together: some tenths of a second. */
const MAX_EFFORT = 50_000_000;

/** Formulas as models write them: `\( \)`, `\[ \]` and `$$ $$`. Their stars and underscores are not Markdown's. */
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
      return tokenizeTable(this, source);
    },
  },
});

/** The block tokens of a text, with their inline tokens in them. */
export function lex(markdown: string): Token[] {
  const lexer = new marked.Lexer(marked.defaults);
  const tokens: Token[] = [];
  const seams: number[] = [];
  for (const chunk of chunksOf(markdown)) {
    tokens.push(...(isTooNested(chunk) ? [plainParagraph(chunk)] : lexer.blockTokens(chunk, [])));
    const endsBlank = /\n[ \t]*$/.test(chunk);
    if (!endsBlank) seams.push(tokens.length);
  }
  readInline(lexer);
  for (const seam of seams.toReversed()) joinAt(tokens, seam);
  return tokens;
}

/** Reads the paragraphs that the lexer has found, but for those that would take too long. */
function readInline(lexer: Lexer): void {
  let effortLeft = MAX_EFFORT;
  for (const { src, tokens } of lexer.inlineQueue) {
    const effort = inlineEffort(src);
    if (effort > effortLeft) {
      tokens.push({ type: 'text', raw: src, text: src });
    } else {
      effortLeft -= effort;
      lexer.inlineTokens(src, tokens);
    }
  }
}

function plainParagraph(text: string): Token {
  return { type: 'paragraph', raw: text, text, tokens: [{ type: 'text', raw: text, text }] };
}
