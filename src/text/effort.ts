/**
 * How much work a Markdown text would be, told before it is done.
 *
 * marked is quick with what people and models write, but not with everything: 100,000 times `a*`, a thousand nested
 * quotes or a thousand beginnings of tables take it minutes or more stack than there is.
 */

/** Containers on one line (quotes in list items in quotes), and how far to the right one may begin. */
const MAX_NESTING = 24;
const MAX_INDENT = 200;
/** Lines that could be a table's rule, times characters up to the next blank line. */
const MAX_TABLE_EFFORT = 100_000_000;

/** Whether the blocks of the text could not be told apart in reasonable time. No text that is meant to be read is such. */
export function isEndless(markdown: string): boolean {
  return isTooNested(markdown) || tableEffort(markdown) > MAX_TABLE_EFFORT;
}

/** How much work the inline markup of a paragraph can be at worst: every sign of it may be looked up to the end. */
export function inlineEffort(paragraph: string): number {
  const signs = paragraph.match(/[*_~`[\]<!&@:$\\]/g)?.length ?? 0;
  // An address without a scheme costs more than any other markup.
  const addresses = paragraph.match(/www\./gi)?.length ?? 0;
  return paragraph.length * (signs + 10 * addresses);
}

function isTooNested(markdown: string): boolean {
  for (const [markers] of markdown.matchAll(/^[ \t]*(?:(?:>|(?:[-+*]|\d{1,9}[.)])(?=[ \t]))[ \t]*)+/gm)) {
    const nesting = markers.match(/>|[-+*]|\d+[.)]/g)?.length ?? 0;
    if (nesting > MAX_NESTING || markers.search(/\S/) > MAX_INDENT) return true;
  }
  return false;
}

function tableEffort(markdown: string): number {
  let effort = 0;
  for (const chunk of markdown.split(/\n[ \t]*\n/)) {
    effort += chunk.length * (chunk.match(/^[\s>\d.)*+:|-]*[|:][\s>\d.)*+:|-]*$/gm)?.length ?? 0);
  }
  return effort;
}
