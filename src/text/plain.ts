/** Markdown without its markup. */
import { blocksOf } from './blocks.ts';
import { normalizeText } from './normalize.ts';
import { textOf } from './rich.ts';

/** What there is to read in a Markdown text, for titles and previews. */
export function plainText(markdown: string): string {
  const blocks = blocksOf(normalizeText(markdown), () => true);
  return blocks
    .map((block) => block.gap + textOf(block.runs))
    .join('')
    .trim();
}
