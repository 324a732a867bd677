/** Markdown of nested structures, made at random, together with the words that must be readable in it, in order. */
import * as fc from 'fast-check';

/** A text and its words; each word occurs once. */
export interface Sample {
  markdown: string;
  words: string[];
}

type Style = 'plain' | '**' | '*' | '~~' | '`' | 'link' | 'image' | '***' | 'html' | 'open';
type Tree =
  | { kind: 'paragraph'; styles: Style[]; repeat: number }
  | { kind: 'heading'; depth: number; styles: Style[] }
  | { kind: 'fence'; lines: number; width: number }
  | { kind: 'table'; columns: number; rows: number }
  | { kind: 'rule' }
  | { kind: 'quote'; inner: Tree[] }
  | { kind: 'list'; isOrdered: boolean; isTask: boolean; items: Tree[][] };

const style = fc.constantFrom<Style>('plain', '**', '*', '~~', '`', 'link', 'image', '***', 'html', 'open');
const styles = fc.array(style, { minLength: 1, maxLength: 10 });

const { trees } = fc.letrec<{ trees: Tree[]; tree: Tree }>((tie) => ({
  trees: fc.array(tie('tree'), { minLength: 1, maxLength: 4 }),
  tree: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.record({ kind: fc.constant('paragraph' as const), styles, repeat: fc.integer({ min: 1, max: 12 }) }),
    fc.record({ kind: fc.constant('heading' as const), depth: fc.integer({ min: 1, max: 6 }), styles }),
    fc.record({ kind: fc.constant('fence' as const), lines: fc.nat(120), width: fc.integer({ min: 1, max: 12 }) }),
    fc.record({ kind: fc.constant('table' as const), columns: fc.integer({ min: 1, max: 5 }), rows: fc.nat(40) }),
    fc.constant({ kind: 'rule' as const }),
    fc.record({ kind: fc.constant('quote' as const), inner: tie('trees') }),
    fc.record({
      kind: fc.constant('list' as const),
      isOrdered: fc.boolean(),
      isTask: fc.boolean(),
      items: fc.array(tie('trees'), { minLength: 1, maxLength: 5 }),
    }),
  ),
}));

/** Documents of up to some tens of thousands of characters. */
export const sample: fc.Arbitrary<Sample> = trees.map((document) => {
  const words: string[] = [];
  const next = () => {
    words.push(`w${words.length}ord`);
    return words.at(-1) ?? '';
  };
  return { markdown: write(document, next), words };
});

const MARKS = [
  ...'* _ ` ~~ [ ]( ) < > & # | ``` \\ $$ a https://x.org/ 🇩🇪 \u0301'.split(' '),
  ' ',
  '\t',
  '\n',
  '\n\n',
  '- ',
  '1. ',
  '> ',
];

/** Any characters whatever, and marks in any order. `repeats`: how often a piece may stand in a row. */
export const characters = (repeats: number): fc.Arbitrary<string> =>
  fc.oneof(
    fc.string({ unit: 'binary', maxLength: 500 }),
    fc.string({ unit: 'grapheme', maxLength: 500 }),
    fc.array(fc.constantFrom(...MARKS), { maxLength: 300 }).map((pieces) => pieces.join('')),
    fc
      .tuple(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }), fc.nat(repeats))
      .map(([piece, count]) => piece.repeat(count)),
  );

/** The words that the text has not, or not in this order. */
export function missing(text: string, words: readonly string[]): string[] {
  let from = 0;
  return words.filter((word) => {
    const found = text.indexOf(word, from);
    if (found >= 0) from = found + word.length;
    return found < 0;
  });
}

function write(document: readonly Tree[], next: () => string): string {
  return document.map((tree) => writeOne(tree, next)).join('\n\n');
}

function writeOne(tree: Tree, next: () => string): string {
  switch (tree.kind) {
    case 'paragraph':
      return times(tree.repeat, () => sentence(tree.styles, next)).join(' ');
    case 'heading':
      return `${'#'.repeat(tree.depth)} ${sentence(tree.styles, next)}`;
    case 'fence':
      return `\`\`\`js\n${times(tree.lines, () => times(tree.width, next).join(' ')).join('\n')}\n\`\`\``;
    case 'table':
      return [
        row(tree.columns, next),
        row(tree.columns, () => '---'),
        ...times(tree.rows, () => row(tree.columns, next)),
      ].join('\n');
    case 'rule':
      return '---';
    case 'quote':
      return write(tree.inner, next).replace(/^/gm, '> ');
    default:
      return tree.items.map((item, index) => writeItem(tree, item, index, next)).join('\n');
  }
}

function writeItem(list: Tree & { kind: 'list' }, item: readonly Tree[], index: number, next: () => string): string {
  const bullet = (list.isOrdered ? `${index + 1}. ` : '- ') + (list.isTask ? '[x] ' : '');
  return bullet + write(item, next).replaceAll('\n', `\n${' '.repeat(list.isOrdered ? 3 : 2)}`);
}

function sentence(styles: readonly Style[], next: () => string): string {
  return `${styles.map((style) => styled(style, next)).join(' ')}.`;
}

function styled(style: Style, next: () => string): string {
  const text = `${next()} ${next()}`;
  if (style === 'plain') return text;
  if (style === 'link') return `[${text}](https://example.org/?a=1&b="2")`;
  if (style === 'image') return `![${text}](https://example.org/picture.png)`;
  if (style === 'html') return `<b class="x">${text}</b> & <script>`;
  if (style === 'open') return `**${text} _ [`;
  return style + text + style;
}

function row(columns: number, next: () => string): string {
  return `| ${times(columns, next).join(' | ')} |`;
}

function times<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}
