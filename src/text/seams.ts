/** What was one before a text was read in chunks is made one again. */
import type { MarkedToken, Token } from 'marked';

/**
 * Joins the tokens before and at `seam` when both are a part of the same: a list, a quote, a paragraph. Their inline
 * tokens must have been read.
 */
export function joinAt(tokens: Token[], seam: number): void {
  const before = tokens[seam - 1] as MarkedToken | undefined;
  const after = tokens[seam] as MarkedToken | undefined;
  if (before && after && join(before, after)) tokens.splice(seam, 1);
}

function join(before: MarkedToken, after: MarkedToken): boolean {
  if (before.type === 'list' && after.type === 'list' && before.ordered === after.ordered) {
    before.items = [...before.items, ...after.items];
    return true;
  }
  if (before.type === 'paragraph' && after.type === 'paragraph') {
    before.tokens = [...before.tokens, { type: 'br', raw: '\n' }, ...after.tokens];
    return true;
  }
  if (before.type === 'blockquote' && after.type === 'blockquote') {
    const seam = before.tokens.length;
    before.tokens = [...before.tokens, ...after.tokens];
    joinAt(before.tokens, seam);
    return true;
  }
  return false;
}
