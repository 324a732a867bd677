/** How much work a text would be for marked, told before it is done. */

/** Containers on one line (quotes in list items in quotes), and how far to the right one may begin. */
const MAX_NESTING = 24;
const MAX_INDENT = 200;

/** Whether things stand in one another so deep that reading them would take more stack than there is. */
export function isTooNested(markdown: string): boolean {
  for (const [markers] of markdown.matchAll(/^[ \t]*(?:(?:>|(?:[-+*]|\d{1,9}[.)])(?=[ \t]))[ \t]*)+/gm)) {
    const nesting = markers.match(/>|[-+*]|\d+[.)]/g)?.length ?? 0;
    if (nesting > MAX_NESTING || markers.search(/\S/) > MAX_INDENT) return true;
  }
  return false;
}

/** How much work the inline markup of a paragraph can be at worst: every sign of it may be looked up to the end. */
export function inlineEffort(paragraph: string): number {
  return paragraph.length * (paragraph.match(/[*_~`[\]<!&@:$\\]/g)?.length ?? 0);
}
