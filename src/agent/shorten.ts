/** Shortens texts for the model. What is stored stays whole. */

/** The text, or its beginning and end with a mark between them when it is longer than `limit` characters. Pure. */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const half = Math.floor(limit / 2);
  const left = text.length - 2 * half;
  // A cut may fall between the two halves of one character.
  const beginning = text.slice(0, half).replace(/[\uD800-\uDBFF]$/, '');
  const end = text.slice(text.length - half).replace(/^[\uDC00-\uDFFF]/, '');
  return `${beginning} […${left} characters left out…] ${end}`;
}

/**
 * The length to which each of the texts must be cut so that all of them together keep within `budget`: short ones
 * stay whole, the long ones share what is left. Infinite when nothing must be cut. Pure.
 */
export function fairLimit(lengths: number[], budget: number): number {
  const ascending = lengths.toSorted((a, b) => a - b);
  let left = budget;
  for (const [index, length] of ascending.entries()) {
    const share = Math.floor(left / (ascending.length - index));
    if (length > share) return share;
    left -= length;
  }
  return Number.POSITIVE_INFINITY;
}
