/** Marked's block tokens to blocks: lists, quotes and tables become lines with marks, bullets and indents. */
import type { MarkedToken, Token, Tokens } from 'marked';

import { type CanLink, inlineRuns } from './inline.ts';
import { lex } from './lex.ts';
import { isBlank } from './normalize.ts';
import { append, type Block, type Mark, type Run, textOf } from './rich.ts';
import { tableText } from './table.ts';

const BULLETS = ['• ', '◦ ', '▪ '];
const RULE = '──────────';

/** Where a token stands. */
interface Place {
  marks: readonly Mark[];
  /** Lists around it. */
  depth: number;
  /** What parts two blocks here. */
  between: string;
  canLink: CanLink;
}

/** The blocks of a Markdown text, in order. */
export function blocksOf(markdown: string, canLink: CanLink): Block[] {
  const place: Place = { marks: [], depth: 0, between: '\n\n', canLink };
  return settleGaps(tokensBlocks(lex(markdown), place).filter((block) => !isBlank(textOf(block.runs))));
}

function tokensBlocks(tokens: readonly Token[], place: Place): Block[] {
  return tokens.flatMap((token) => parted(tokenBlocks(token as MarkedToken, place), place.between));
}

/** The blocks with the gap before the first of them. */
function parted(blocks: Block[], gap: string): Block[] {
  if (blocks[0]) blocks[0] = { ...blocks[0], gap };
  return blocks;
}

function tokenBlocks(token: MarkedToken, place: Place): Block[] {
  switch (token.type) {
    case 'space':
      return [];
    case 'heading':
      return [
        prose(inlineRuns(token.tokens, [...place.marks, { kind: 'heading', depth: token.depth }], place.canLink), true),
      ];
    case 'code':
      return [code(token.text, token.lang ?? '', place)];
    case 'table':
      return [code(tableText(token), '', place)];
    case 'hr':
      return [prose([{ text: RULE, marks: place.marks }])];
    case 'blockquote':
      return quoteBlocks(token, place);
    case 'list':
      return listBlocks(token, place);
    case 'html':
    case 'def':
      return [prose([{ text: token.raw.trim(), marks: place.marks }])];
    default:
      return [
        prose(inlineRuns('tokens' in token && token.tokens ? token.tokens : [token], place.marks, place.canLink)),
      ];
  }
}

function prose(runs: Run[], isHeading = false): Block {
  return { gap: '', runs, kind: 'prose', leadsIn: isHeading || /[:：]\s*$/.test(runs.at(-1)?.text ?? '') };
}

function code(text: string, info: string, place: Place): Block {
  const [language = ''] = info.trim().split(/\s/, 1);
  return {
    gap: '',
    runs: [{ text, marks: [...place.marks, { kind: 'fence', language }] }],
    kind: 'code',
    leadsIn: false,
  };
}

/** No app shows a quote in a quote: the inner one is a part of the outer. */
function quoteBlocks(token: Tokens.Blockquote, place: Place): Block[] {
  const isInQuote = place.marks.some((mark) => mark.kind === 'quote');
  const marks: readonly Mark[] = isInQuote ? place.marks : [...place.marks, { kind: 'quote' }];
  return tokensBlocks(token.tokens, { ...place, marks, between: '\n\n' });
}

function listBlocks(list: Tokens.List, place: Place): Block[] {
  const between = list.loose ? '\n\n' : '\n';
  const inner: Place = { ...place, depth: place.depth + 1, between };
  return list.items.flatMap((item, index) =>
    parted(itemBlocks(item, bulletOf(list, index, place.depth), inner), between),
  );
}

function bulletOf(list: Tokens.List, index: number, depth: number): string {
  const item = list.items[index];
  const box = item?.task ? (item.checked ? '☑ ' : '☐ ') : '';
  if (list.ordered) return `${Number(list.start) + index}. ${box}`;
  return box || (BULLETS[depth % BULLETS.length] ?? '');
}

/** The bullet stands before the item's first words, or alone before something that is not a line of words. */
function itemBlocks(item: Tokens.ListItem, bullet: string, place: Place): Block[] {
  const indent = '  '.repeat(place.depth - 1);
  const head: Run = { text: indent + bullet, marks: place.marks };
  const hang: Run = { text: `${indent}  `, marks: place.marks };
  const tokens = item.tokens.filter((token) => token.type !== 'space' && token.type !== 'checkbox');
  const alone = isWords(tokens[0]) ? [] : [{ ...prose([head]), leadsIn: tokens.length > 0 }];
  const blocks = tokens.flatMap((token, index) => {
    const own = tokenBlocks(token as MarkedToken, place);
    if (own[0] && isWords(token)) own[0] = indented(own[0], index === 0 ? head : hang, hang.text);
    return parted(own, place.between);
  });
  return [...alone, ...blocks];
}

function isWords(token: Token | undefined): boolean {
  return token !== undefined && !['list', 'blockquote', 'code', 'table'].includes(token.type);
}

/** The block with something before it, and its further lines set in as far. */
function indented(block: Block, before: Run, hang: string): Block {
  const runs: Run[] = [];
  append(runs, before.text, before.marks);
  for (const run of block.runs) append(runs, run.text.replaceAll('\n', `\n${hang}`), run.marks);
  return { ...block, runs };
}

/** Apps draw a box or a bar around code and quotes, which parts them from prose already. */
function settleGaps(blocks: readonly Block[]): Block[] {
  return blocks.map((block, index) => {
    const before = blocks[index - 1];
    if (!before) return { ...block, gap: '' };
    const isParted = before.kind !== block.kind || isQuoted(before) !== isQuoted(block);
    return isParted ? { ...block, gap: '\n' } : block;
  });
}

function isQuoted(block: Block): boolean {
  return block.runs.some((run) => run.marks.some((mark) => mark.kind === 'quote'));
}
